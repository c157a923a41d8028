using System;
using System.Runtime.InteropServices;

namespace EsxAgent.Simulator.Posix;

/// <summary>
/// Reads the names in a directory without making a text of each. A datastore with ten thousand volumes is walked at every call that needs space.
/// </summary>
internal unsafe ref partial struct DirectoryReader : IDisposable
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int CloseOnExec = 0x80000; // O_CLOEXEC, with O_RDONLY
    private const byte DirectoryType = 4; // DT_DIR
    private const byte UnknownType = 0; // DT_UNKNOWN
    private const int TypeOffset = 18; // d_type in struct dirent
    private const int NameOffset = 19; // d_name

    private readonly nint _stream;
    private byte* _entry;

    /// <summary>Opens a directory by its path.</summary>
    public DirectoryReader(string path)
    {
        nint name = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            this = new DirectoryReader(CurrentDirectory, (byte*)name);
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }

    /// <summary>Opens a directory by its name in an open one.</summary>
    /// <param name="parent">The descriptor of the open one.</param>
    /// <param name="name">The name, ended by a zero byte.</param>
    public DirectoryReader(int parent, byte* name)
    {
        int descriptor = OpenAt(parent, name, CloseOnExec, 0);
        _stream = descriptor < 0 ? 0 : OpenDirectory(descriptor);
        Descriptor = _stream == 0 ? -1 : descriptor;
        if (_stream == 0 && descriptor >= 0)
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>The descriptor; negative where the directory is not there or cannot be read.</summary>
    public int Descriptor { get; }

    /// <summary>The name of the entry, ended by a zero byte.</summary>
    public readonly byte* Name => _entry + NameOffset;

    /// <summary>The name of the entry.</summary>
    public readonly ReadOnlySpan<byte> NameBytes => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(Name);

    /// <summary>Whether the entry is a directory.</summary>
    public readonly bool IsDirectory => _entry[TypeOffset] switch
    {
        DirectoryType => true,
        UnknownType => FileStatus.In(Descriptor, Name) is { IsDirectory: true },
        _ => false,
    };

    /// <summary>Goes to the next entry; the directory itself and its parent are passed over.</summary>
    public bool Next()
    {
        while (_stream != 0 && (_entry = ReadEntry(_stream)) != null)
        {
            if (!NameBytes.SequenceEqual("."u8) && !NameBytes.SequenceEqual(".."u8))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public readonly void Dispose()
    {
        if (_stream != 0)
        {
            _ = CloseDirectory(_stream);
        }
    }

    [LibraryImport("libc", EntryPoint = "openat")]
    private static partial int OpenAt(int directory, byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fdopendir")]
    private static partial nint OpenDirectory(int file);

    [LibraryImport("libc", EntryPoint = "readdir")]
    private static partial byte* ReadEntry(nint stream);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseDirectory(nint stream);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
