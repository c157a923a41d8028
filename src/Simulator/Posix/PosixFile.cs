using System;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EsxAgent.Simulator.Posix;

/// <summary>
/// An open file with what the platform's own streams lack: holes, locks that last as long as the file is open and that a killed process loses, and
/// errors by number. The platform's streams would also take locks of their own, which are the same ones.
/// </summary>
internal sealed partial class PosixFile : IDisposable
{
    private const int ReadOnly = 0; // O_RDONLY
    private const int ReadWrite = 2; // O_RDWR
    private const int CreateFlag = 0x40; // O_CREAT
    private const int Exclusive = 0x80; // O_EXCL
    private const int Truncate = 0x200; // O_TRUNC
    private const int CloseOnExec = 0x80000; // O_CLOEXEC
    private const int OwnerOnly = 0b110_000_000;
    private const int LockShared = 1; // LOCK_SH
    private const int LockExclusive = 2; // LOCK_EX
    private const int LockWithoutWaiting = 4; // LOCK_NB
    private const int Unlock = 8; // LOCK_UN
    private const int SeekData = 3; // SEEK_DATA
    private const int SeekHole = 4; // SEEK_HOLE
    private const int PunchAndKeepSize = 0x2 | 0x1; // FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE

    private readonly SafeFileHandle _handle;

    private PosixFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
    }

    /// <summary>The path that it was opened by.</summary>
    public string Path { get; }

    /// <summary>Length, blocks, links and so on, as they are now.</summary>
    public FileStatus Status => FileStatus.Of(Descriptor) ?? throw PosixException.Last("stat " + Path);

    private int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>Opens a file that exists.</summary>
    /// <exception cref="PosixException">It cannot be opened.</exception>
    public static PosixFile Open(string path, bool writable = false) => Open(path, (writable ? ReadWrite : ReadOnly) | CloseOnExec);

    /// <summary>Makes a file that only its owner may read and write.</summary>
    /// <exception cref="PosixException">It exists already, or cannot be made.</exception>
    public static PosixFile Create(string path) => Open(path, ReadWrite | CreateFlag | Exclusive | CloseOnExec);

    /// <summary>Opens a file, emptied, or makes it.</summary>
    /// <exception cref="PosixException">It cannot be made.</exception>
    public static PosixFile Replace(string path) => Open(path, ReadWrite | CreateFlag | Truncate | CloseOnExec);

    /// <summary>Opens a file, or makes it.</summary>
    /// <exception cref="PosixException">It cannot be made.</exception>
    public static PosixFile OpenOrCreate(string path) => Open(path, ReadWrite | CreateFlag | CloseOnExec);

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostBytes">Where it is longer than this, only so much of it and one byte more is read.</param>
    /// <exception cref="PosixException">It cannot be read.</exception>
    public static byte[] ReadAll(string path, int mostBytes)
    {
        using PosixFile file = Open(path);
        byte[] content = new byte[(int)Math.Min(file.Status.Length, mostBytes + 1L)];
        return content[..file.Read(content, 0)];
    }

    /// <summary>Removes a name.</summary>
    /// <exception cref="PosixException">It cannot be removed.</exception>
    public static void Delete(string path)
    {
        if (Unlink(path) != 0)
        {
            throw PosixException.Last("remove " + path);
        }
    }

    /// <summary>Gives a file another name; what had that name before is replaced.</summary>
    /// <exception cref="PosixException">It cannot be renamed.</exception>
    public static void Move(string from, string to)
    {
        if (Rename(from, to) != 0)
        {
            throw PosixException.Last($"rename {from} to {to}");
        }
    }

    /// <summary>Locks the file where nobody else has it locked in a way that forbids it.</summary>
    /// <param name="exclusive">For this one alone; else together with others that read.</param>
    public bool TryLock(bool exclusive)
    {
        while (Flock(Descriptor, (exclusive ? LockExclusive : LockShared) | LockWithoutWaiting) != 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.WouldBlock:
                    return false;
                case Errno.Interrupted:
                    break;
                default:
                    throw PosixException.Last("lock " + Path);
            }
        }

        return true;
    }

    /// <summary>Locks the file for this one alone and waits until it can be had.</summary>
    public void Lock()
    {
        while (Flock(Descriptor, LockExclusive) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
            {
                throw PosixException.Last("lock " + Path);
            }
        }
    }

    /// <summary>Makes the file shorter, or longer with a hole at its end.</summary>
    public void SetLength(long length)
    {
        if (Ftruncate(Descriptor, length) != 0)
        {
            throw PosixException.Last("resize " + Path);
        }
    }

    /// <summary>Reads until the buffer is full or the file ends, and gives the number of bytes.</summary>
    public int Read(Span<byte> buffer, long offset)
    {
        int done = 0;
        while (done < buffer.Length)
        {
            nint count = Pread(Descriptor, ref MemoryMarshal.GetReference(buffer[done..]), buffer.Length - done, offset + done);
            if (count == 0)
            {
                break;
            }

            if (count < 0 && Marshal.GetLastPInvokeError() != Errno.Interrupted)
            {
                throw PosixException.Last("read " + Path);
            }

            done += (int)Math.Max(0, count);
        }

        return done;
    }

    /// <summary>Writes all bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            nint count = Pwrite(Descriptor, in MemoryMarshal.GetReference(bytes), bytes.Length, offset);
            if (count < 0 && Marshal.GetLastPInvokeError() != Errno.Interrupted)
            {
                throw PosixException.Last("write " + Path);
            }

            int done = (int)Math.Max(0, count);
            bytes = bytes[done..];
            offset += done;
        }
    }

    /// <summary>Gives the blocks of a range back; it reads as zeros. A file system that has no holes keeps them.</summary>
    public void PunchHole(long offset, long length)
    {
        if (Fallocate(Descriptor, PunchAndKeepSize, offset, length) != 0 && Marshal.GetLastPInvokeError() != Errno.NotSupported)
        {
            throw PosixException.Last("punch " + Path);
        }
    }

    /// <summary>Where the next bytes that were written begin and end; null where only a hole follows.</summary>
    public (long Start, long End)? NextData(long offset)
    {
        long start = Lseek(Descriptor, offset, SeekData);
        if (start >= 0)
        {
            long end = Lseek(Descriptor, start, SeekHole);
            return (start, end > start ? end : Status.Length);
        }

        // A file system that does not know its holes: all of it is data.
        bool isHole = Marshal.GetLastPInvokeError() == Errno.NoSuchAddress;
        long length = Status.Length;
        return isHole || offset >= length ? null : (offset, length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_handle.IsClosed)
        {
            // Closing alone keeps the lock for as long as a process that was being started at that moment has the file too.
            _ = Flock(Descriptor, Unlock);
            _handle.Dispose();
        }
    }

    private static PosixFile Open(string path, int flags)
    {
        int descriptor = NativeOpen(path, flags, OwnerOnly);
        return descriptor >= 0 ? new PosixFile(path, new SafeFileHandle(descriptor, ownsHandle: true)) : throw PosixException.Last("open " + path);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeOpen(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(int file, int operation);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int Ftruncate(int file, long length);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static partial nint Pread(int file, ref byte data, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static partial nint Pwrite(int file, in byte data, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Fallocate(int file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Lseek(int file, long offset, int whence);
}
