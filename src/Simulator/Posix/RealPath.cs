using System.Runtime.InteropServices;

namespace EsxAgent.Simulator.Posix;

/// <summary>Where a path leads once every link in it was followed.</summary>
internal static partial class RealPath
{
    private const int LongestPath = 4096; // PATH_MAX, which the C library relies on

    /// <summary>The absolute path without links; null where it does not exist or cannot be reached.</summary>
    public static unsafe string? Of(string path)
    {
        byte* resolved = stackalloc byte[LongestPath];
        return Resolve(path, resolved) == null ? null : Marshal.PtrToStringUTF8((nint)resolved);
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial byte* Resolve(string path, byte* resolved);
}
