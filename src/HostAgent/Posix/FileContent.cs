using System;

namespace EsxAgent.HostAgent.Posix;

/// <summary>Reads small files whole. Whatever lies at the path: a pipe is not waited for, and what has no end is not read to it.</summary>
internal static class FileContent
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="most">Bytes that it may have.</param>
    /// <param name="error">Errno, where the answer is null; <see cref="Errno.FileTooLarge"/> where it has more bytes.</param>
    public static byte[]? Read(string path, int most, out int error)
    {
        int descriptor = FileDescriptor.Open(path, PosixConstants.OpenReadOnly | PosixConstants.OpenNonBlocking, out error);
        if (descriptor < 0)
        {
            return null;
        }

        try
        {
            byte[] content = new byte[Math.Min(most + 1, 4096)];
            int length = 0;
            int count;
            while ((count = FileDescriptor.Read(descriptor, content.AsSpan(length), out error)) > 0)
            {
                length += count;
                if (length > most)
                {
                    error = Errno.FileTooLarge;
                    return null;
                }

                if (length == content.Length)
                {
                    Array.Resize(ref content, Math.Min(content.Length * 2, most + 1));
                }
            }

            return error == 0 ? content.AsSpan(0, length).ToArray() : null;
        }
        finally
        {
            Libc.Close(descriptor);
        }
    }
}
