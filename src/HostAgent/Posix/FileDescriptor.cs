using System;

namespace EsxAgent.HostAgent.Posix;

/// <summary>Opens, reads and writes files by their descriptors.</summary>
internal static unsafe class FileDescriptor
{
    /// <summary>Opens a file so that no child inherits it.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="flags">As <c>open</c> takes them.</param>
    /// <param name="error">Errno, where the answer is negative.</param>
    /// <param name="mode">Permissions of a file that is made.</param>
    /// <returns>The descriptor, or -1.</returns>
    public static int Open(string path, int flags, out int error, int mode = 0)
    {
        lock (DescriptorGate.Gate)
        {
            fixed (byte* bytes = PathBytes.Of(path))
            {
                int descriptor = Libc.Open(bytes, flags | PosixConstants.OpenCloseOnExec, mode);
                error = descriptor < 0 ? Errno.Last : 0;
                return descriptor;
            }
        }
    }

    /// <summary>Reads what is there and fits.</summary>
    /// <param name="descriptor">The file.</param>
    /// <param name="space">Where to.</param>
    /// <param name="error">Errno; 0 where all is well.</param>
    /// <returns>How many bytes; 0 at the end, or where there is an error.</returns>
    public static int Read(int descriptor, Span<byte> space, out int error)
    {
        fixed (byte* start = space)
        {
            nint count;
            do
            {
                count = Libc.Read(descriptor, start, space.Length);
                error = count < 0 ? Errno.Last : 0;
            }
            while (error == Errno.Interrupted);
            return (int)Math.Max(count, 0);
        }
    }

    /// <summary>Writes all of some bytes.</summary>
    /// <returns>0, or the error number that stopped it.</returns>
    public static int Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            fixed (byte* start = bytes)
            {
                nint written = Libc.Write(descriptor, start, bytes.Length);
                if (written < 0 && Errno.Last != Errno.Interrupted)
                {
                    return Errno.Last;
                }

                bytes = bytes[(int)Math.Max(written, 0)..];
            }
        }

        return 0;
    }
}
