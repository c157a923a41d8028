using System.Text;

namespace EsxAgent.HostAgent.Posix;

/// <summary>Paths and arguments as the C library takes them: UTF-8 with a zero at the end.</summary>
internal static class PathBytes
{
    public static byte[] Of(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
