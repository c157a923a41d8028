using System;

namespace EsxAgent.HostAgent.Posix;

/// <summary>Random bytes from the system's own source; the framework's would load a library that a host need not have.</summary>
internal static unsafe class RandomBytes
{
    private static readonly byte[] s_source = PathBytes.Of("/dev/urandom");

    /// <summary>Fills a buffer.</summary>
    /// <exception cref="PosixException">The system gives none.</exception>
    public static void Fill(Span<byte> buffer)
    {
        fixed (byte* path = s_source)
        {
            int descriptor = Libc.Open(path, PosixConstants.OpenReadOnly | PosixConstants.OpenCloseOnExec, 0);
            if (descriptor < 0)
            {
                throw new PosixException(Errno.Last, "'/dev/urandom' cannot be opened");
            }

            nint count;
            fixed (byte* start = buffer)
            {
                count = Libc.Read(descriptor, start, buffer.Length);
            }

            Libc.Close(descriptor);
            if (count != buffer.Length)
            {
                throw new PosixException(Errno.InputOutput, "'/dev/urandom' cannot be read");
            }
        }
    }

    /// <summary>A random uuid, version 4.</summary>
    /// <exception cref="PosixException">The system gives no random bytes.</exception>
    public static string Uuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        string hex = Convert.ToHexStringLower(bytes);
        return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }
}
