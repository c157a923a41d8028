using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace EsxAgent.HostAgent.Posix;

/// <summary>
/// An open directory. Names are looked up in it one component at a time and never through a symbolic link, so that nobody can lead the agent out of it by
/// renaming or linking what lies above.
/// </summary>
internal sealed unsafe class DirectoryHandle : IDisposable
{
    /// <summary>Mode of every directory that the agent makes: its owner's alone.</summary>
    private const uint OwnDirectory = 0x1c0;

    /// <summary>Mode of every file that the agent makes.</summary>
    private const int OwnFile = 0x180;

    private const int OpenFlags = PosixConstants.OpenReadOnly | PosixConstants.OpenDirectory | PosixConstants.OpenNoFollow | PosixConstants.OpenCloseOnExec;

    private DirectoryHandle(int descriptor, string path)
    {
        Descriptor = descriptor;
        Path = path;
    }

    /// <summary>The descriptor; for a child that is to start in this directory.</summary>
    public int Descriptor { get; private set; }

    /// <summary>The path by which it was reached; for messages, and for what is told to guests.</summary>
    public string Path { get; }

    /// <summary>What the directory is at the moment.</summary>
    /// <exception cref="PosixException">The system cannot tell.</exception>
    public FileStatus Status
    {
        get
        {
            FileStatus status;
            return Libc.StatDescriptor(PosixConstants.StatVersion, Descriptor, &status) == 0
                ? status
                : throw new PosixException(Errno.Last, $"the directory '{Path}' cannot be looked at");
        }
    }

    /// <summary>Opens a directory by its path, whose upper parts may be links: for places that the host's administrator chose.</summary>
    /// <param name="path">The path.</param>
    /// <param name="shown">The path as it is told in messages; the same where it is null.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="PosixException">It cannot be opened.</exception>
    public static DirectoryHandle? TryOpen(string path, string? shown = null)
    {
        fixed (byte* bytes = PathBytes.Of(path))
        {
            return Adopt(Libc.Open(bytes, PosixConstants.OpenReadOnly | PosixConstants.OpenDirectory | PosixConstants.OpenCloseOnExec, 0), shown ?? path);
        }
    }

    /// <summary>Opens a directory in this one.</summary>
    /// <returns>Null where there is none of that name.</returns>
    /// <exception cref="PosixException">It cannot be opened, or is no directory: a file, a link.</exception>
    public DirectoryHandle? TryOpenDirectory(string name)
    {
        fixed (byte* bytes = Component(name))
        {
            return Adopt(Libc.OpenAt(Descriptor, bytes, OpenFlags, 0), $"{Path}/{name}");
        }
    }

    /// <summary>Opens a directory in this one; makes it where there is none.</summary>
    /// <exception cref="PosixException">It cannot be made or opened.</exception>
    public DirectoryHandle OpenOrMakeDirectory(string name)
    {
        DirectoryHandle? directory = TryOpenDirectory(name);
        if (directory is null)
        {
            _ = TryMakeDirectory(name);
            directory = TryOpenDirectory(name);
        }

        return directory ?? throw new PosixException(Errno.NoEntry, $"the directory '{Path}/{name}' vanished again");
    }

    /// <summary>Makes a directory.</summary>
    /// <returns>False where the name is taken.</returns>
    /// <exception cref="PosixException">It cannot be made.</exception>
    public bool TryMakeDirectory(string name)
    {
        fixed (byte* bytes = Component(name))
        {
            return Libc.MakeDirectoryAt(Descriptor, bytes, OwnDirectory) == 0
                || (Errno.Last == Errno.Exists ? false : throw Failed(name, "made"));
        }
    }

    /// <summary>Opens a regular file.</summary>
    /// <param name="name">Its name in this directory.</param>
    /// <param name="forWriting">True to read and write, false to read.</param>
    /// <returns>Null where there is none of that name.</returns>
    /// <exception cref="PosixException">It cannot be opened, or is no regular file.</exception>
    public FileHandle? TryOpenFile(string name, bool forWriting = false)
    {
        int mode = forWriting ? PosixConstants.OpenReadWrite : PosixConstants.OpenReadOnly;
        int descriptor = Open(name, mode | PosixConstants.OpenNonBlocking);
        if (descriptor < 0)
        {
            return Errno.Last == Errno.NoEntry ? null : throw Failed(name, "opened");
        }

        var file = new FileHandle(descriptor, $"{Path}/{name}");
        if (!file.Status.IsRegular)
        {
            file.Dispose();
            throw new PosixException(Errno.InvalidArgument, $"'{Path}/{name}' is no regular file");
        }

        return file;
    }

    /// <summary>Makes a file that must not be there yet.</summary>
    /// <returns>Null where the name is taken.</returns>
    /// <exception cref="PosixException">It cannot be made.</exception>
    public FileHandle? TryMakeFile(string name)
    {
        int descriptor = Open(name, PosixConstants.OpenReadWrite | PosixConstants.OpenCreate | PosixConstants.OpenExclusive);
        return descriptor >= 0 ? new FileHandle(descriptor, $"{Path}/{name}")
            : Errno.Last == Errno.Exists ? null
            : throw Failed(name, "made");
    }

    /// <summary>Reads a small file whole.</summary>
    /// <param name="name">Its name in this directory.</param>
    /// <param name="maxBytes">The largest size that is taken for what it should be.</param>
    /// <returns>Null where there is none of that name, or it is larger.</returns>
    /// <exception cref="PosixException">It cannot be read.</exception>
    public byte[]? TryReadFile(string name, int maxBytes)
    {
        using FileHandle? file = TryOpenFile(name);
        if (file is null)
        {
            return null;
        }

        long size = file.Status.Size;
        if (size > maxBytes)
        {
            return null;
        }

        byte[] content = new byte[size];
        int read = file.Read(content, 0);
        return read == content.Length ? content : content.AsSpan(0, read).ToArray();
    }

    /// <summary>Whether somebody else has a file open in a way that keeps others from writing, or holds a lock on it.</summary>
    /// <exception cref="PosixException">It cannot be opened for another reason.</exception>
    public bool IsLocked(string name)
    {
        int descriptor = Open(name, PosixConstants.OpenReadWrite | PosixConstants.OpenNonBlocking);
        if (descriptor < 0)
        {
            return Errno.Last is Errno.Busy or Errno.Again || (Errno.Last != Errno.NoEntry && Errno.Last != Errno.TooManyLinks ? throw Failed(name, "opened") : false);
        }

        // A system that knows no such locks has none.
        bool isLocked = Libc.Flock(descriptor, PosixConstants.LockExclusive | PosixConstants.LockNonBlocking) < 0 && Errno.Last == Errno.Again;
        Libc.Close(descriptor);
        return isLocked;
    }

    /// <summary>What a name stands for; null where there is none. Of a link, the link itself.</summary>
    /// <exception cref="PosixException">The system cannot tell.</exception>
    public FileStatus? TryStat(string name)
    {
        FileStatus status;
        fixed (byte* bytes = Component(name))
        {
            return Libc.StatAt(PosixConstants.StatVersion, Descriptor, bytes, &status, PosixConstants.StatNoFollow) == 0 ? status
                : Errno.Last is Errno.NoEntry or Errno.NotDirectory ? null
                : throw Failed(name, "looked at");
        }
    }

    /// <summary>Where a symbolic link leads; null where the name is none.</summary>
    public string? TryReadLink(string name)
    {
        const int MaxBytes = 1024;
        byte* target = stackalloc byte[MaxBytes];
        fixed (byte* bytes = Component(name))
        {
            nint length = Libc.ReadLinkAt(Descriptor, bytes, target, MaxBytes);
            return length is <= 0 or MaxBytes ? null : Encoding.UTF8.GetString(target, (int)length);
        }
    }

    /// <summary>Renames within or between directories of one file system. An existing file, or an empty directory, at the new name is replaced.</summary>
    /// <returns>0, or errno.</returns>
    public int Rename(string name, DirectoryHandle to, string newName)
    {
        fixed (byte* from = Component(name))
        {
            fixed (byte* target = Component(newName))
            {
                return Libc.RenameAt(Descriptor, from, to.Descriptor, target) == 0 ? 0 : Errno.Last;
            }
        }
    }

    /// <summary>Removes a file or link; one that is not there is removed already.</summary>
    /// <exception cref="PosixException">It cannot be removed.</exception>
    public void RemoveFile(string name) => Remove(name, 0);

    /// <summary>Removes an empty directory; one that is not there is removed already.</summary>
    /// <exception cref="PosixException">It cannot be removed.</exception>
    public void RemoveDirectory(string name) => Remove(name, PosixConstants.RemoveDirectory);

    /// <summary>Removes a name with everything below it. Links are removed, not followed.</summary>
    /// <exception cref="PosixException">Something cannot be removed.</exception>
    public void RemoveTree(string name)
    {
        // What the agent keeps is at most three levels deep; anything deeper was put there by somebody else.
        const int MaxDepth = 8;
        RemoveTree(name, MaxDepth);
    }

    /// <summary>The names in it, as the file system gives them; without <c>.</c> and <c>..</c>. Names that are no UTF-8 hold U+FFFD and are found by nobody.</summary>
    /// <exception cref="PosixException">It cannot be read.</exception>
    public IEnumerable<string> Names()
    {
        // A stream of its own: it closes its descriptor, and reads from where that one stands.
        int descriptor = OpenSelf();
        nint stream = descriptor < 0 ? 0 : Libc.OpenDirectoryStream(descriptor);
        if (stream == 0)
        {
            int error = Errno.Last;
            if (descriptor >= 0)
            {
                Libc.Close(descriptor);
            }

            throw new PosixException(error, $"the directory '{Path}' cannot be read");
        }

        try
        {
            while (NextName(stream) is string name)
            {
                if (name is not ("." or ".."))
                {
                    yield return name;
                }
            }
        }
        finally
        {
            _ = Libc.CloseDirectoryStream(stream);
        }
    }

    /// <summary>Waits until the names in it are on the disk.</summary>
    /// <exception cref="PosixException">They are not.</exception>
    public void Sync()
    {
        // A file system that does not sync directories keeps their order itself.
        if (Libc.Sync(Descriptor) < 0 && Errno.Last is not (Errno.InvalidArgument or Errno.NotSupported or Errno.Interrupted))
        {
            throw new PosixException(Errno.Last, $"the directory '{Path}' cannot be synced");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            Libc.Close(Descriptor);
            Descriptor = -1;
        }
    }

    private static DirectoryHandle? Adopt(int descriptor, string path) =>
        descriptor >= 0 ? new DirectoryHandle(descriptor, path)
        : Errno.Last == Errno.NoEntry ? null
        : throw new PosixException(Errno.Last, $"the directory '{path}' cannot be opened");

    private int Open(string name, int flags)
    {
        fixed (byte* bytes = Component(name))
        {
            return Libc.OpenAt(Descriptor, bytes, flags | PosixConstants.OpenNoFollow | PosixConstants.OpenCloseOnExec, OwnFile);
        }
    }

    private int OpenSelf()
    {
        fixed (byte* self = "."u8)
        {
            return Libc.OpenAt(Descriptor, self, OpenFlags, 0);
        }
    }

    private void Remove(string name, int flags)
    {
        fixed (byte* bytes = Component(name))
        {
            if (Libc.UnlinkAt(Descriptor, bytes, flags) < 0 && Errno.Last != Errno.NoEntry)
            {
                throw Failed(name, "removed");
            }
        }
    }

    private void RemoveTree(string name, int depth)
    {
        if (TryStat(name) is not FileStatus status)
        {
            return;
        }

        if (!status.IsDirectory)
        {
            RemoveFile(name);
            return;
        }

        using (DirectoryHandle? directory = TryOpenDirectory(name))
        {
            if (depth == 0)
            {
                throw new PosixException(Errno.NotEmpty, $"'{Path}/{name}' holds more directories in each other than the agent ever makes");
            }

            foreach (string inner in directory is null ? [] : new List<string>(directory.Names()))
            {
                directory!.RemoveTree(inner, depth - 1);
            }
        }

        RemoveDirectory(name);
    }

    private static string? NextName(nint stream)
    {
        DirectoryEntry* entry = Libc.ReadDirectory(stream);
        return entry == null ? null : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry->Name));
    }

    /// <summary>A name as one component: a slash in it is a mistake of the caller, and would lead elsewhere.</summary>
    private static byte[] Component(string name) => name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\0')
        ? throw new ArgumentException($"'{name}' is no name in a directory.", nameof(name))
        : PathBytes.Of(name);

    private PosixException Failed(string name, string what) => new(Errno.Last, $"'{Path}/{name}' cannot be {what}");
}
