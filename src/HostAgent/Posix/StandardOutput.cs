using System.Text;

namespace EsxAgent.HostAgent.Posix;

/// <summary>Lines to standard output and standard error; <c>System.Console</c> would bring a thread, a pipe and 140 KB along.</summary>
internal static class StandardOutput
{
    /// <summary>The descriptor of standard error.</summary>
    public const int ErrorDescriptor = 2;

    public static void WriteLine(string line) => Write(1, line + "\n");

    public static void WriteErrorLine(string line) => Write(ErrorDescriptor, line + "\n");

    /// <summary>Writes all of a text to a descriptor.</summary>
    /// <returns>0, or the error number that stopped it.</returns>
    public static int Write(int descriptor, string text) => FileDescriptor.Write(descriptor, Encoding.UTF8.GetBytes(text));
}
