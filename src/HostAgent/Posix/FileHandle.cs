using System;

namespace EsxAgent.HostAgent.Posix;

/// <summary>An open regular file. What is read and written goes to the file that was opened, whatever its name means by then.</summary>
internal sealed unsafe class FileHandle : IDisposable
{
    private readonly string _name;
    private int _descriptor;

    /// <summary>Takes over a descriptor.</summary>
    /// <param name="descriptor">Open for what will be asked.</param>
    /// <param name="name">For messages.</param>
    public FileHandle(int descriptor, string name)
    {
        _descriptor = descriptor;
        _name = name;
    }

    /// <summary>What the file is at the moment.</summary>
    /// <exception cref="PosixException">The system cannot tell.</exception>
    public FileStatus Status
    {
        get
        {
            FileStatus status;
            return Libc.StatDescriptor(PosixConstants.StatVersion, _descriptor, &status) == 0 ? status : throw Failed("looked at");
        }
    }

    /// <summary>Reads from an offset until the buffer is full or the file ends.</summary>
    /// <returns>Bytes read.</returns>
    /// <exception cref="PosixException">The file cannot be read.</exception>
    public int Read(Span<byte> buffer, long offset)
    {
        int read = 0;
        while (read < buffer.Length)
        {
            nint count;
            fixed (byte* start = buffer)
            {
                count = Libc.ReadAt(_descriptor, start + read, buffer.Length - read, offset + read);
            }

            if (count == 0)
            {
                break;
            }

            if (count < 0 && Errno.Last != Errno.Interrupted)
            {
                throw Failed("read");
            }

            read += (int)Math.Max(count, 0);
        }

        return read;
    }

    /// <summary>Writes all of a buffer at an offset.</summary>
    /// <exception cref="PosixException">The file cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> buffer, long offset)
    {
        int written = 0;
        while (written < buffer.Length)
        {
            nint count;
            fixed (byte* start = buffer)
            {
                count = Libc.WriteAt(_descriptor, start + written, buffer.Length - written, offset + written);
            }

            if (count < 0 && Errno.Last != Errno.Interrupted)
            {
                throw Failed("written");
            }

            written += (int)Math.Max(count, 0);
        }
    }

    /// <summary>Locks the file until this handle is closed. A system that knows no such locks lets everybody pass.</summary>
    /// <param name="exclusive">True for this handle alone; false together with others that only read.</param>
    /// <returns>False where somebody else has it locked.</returns>
    public bool TryLock(bool exclusive)
    {
        int kind = exclusive ? PosixConstants.LockExclusive : PosixConstants.LockShared;
        return Libc.Flock(_descriptor, kind | PosixConstants.LockNonBlocking) == 0 || Errno.Last != Errno.Again;
    }

    /// <summary>Sets the length.</summary>
    /// <exception cref="PosixException">It cannot be set.</exception>
    public void Truncate(long length)
    {
        if (Libc.Truncate(_descriptor, length) < 0)
        {
            throw Failed("resized");
        }
    }

    /// <summary>Waits until everything written is on the disk.</summary>
    /// <exception cref="PosixException">It is not.</exception>
    public void Sync()
    {
        while (Libc.Sync(_descriptor) < 0)
        {
            if (Errno.Last != Errno.Interrupted)
            {
                throw Failed("synced");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            Libc.Close(_descriptor);
            _descriptor = -1;
        }
    }

    private PosixException Failed(string what) => new(Errno.Last, $"the file '{_name}' cannot be {what}");
}
