using System;
using System.Globalization;

namespace EsxAgent.HostAgent.Tools;

/// <summary>Exact sizes of a filesystem, as <c>vmkfstools -P</c> prints them.</summary>
/// <param name="CapacityBytes">Size in bytes.</param>
/// <param name="FreeBytes">Free bytes.</param>
internal sealed record FilesystemSpace(long CapacityBytes, long FreeBytes)
{
    /// <summary>Reads the line <c>Capacity 4293591040 (65515 file blocks * 65536), 4120444928 (62873 blocks) avail, …</c>; null where there is none.</summary>
    public static FilesystemSpace? Parse(string text)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> rest = line.Trim();
            if (!rest.StartsWith("Capacity", StringComparison.Ordinal))
            {
                continue;
            }

            rest = rest["Capacity".Length..].TrimStart(": ");
            int comma = rest.IndexOf("),", StringComparison.Ordinal);
            if (comma > 0 && Leading(rest) is long capacity && Leading(rest[(comma + 2)..].TrimStart()) is long free)
            {
                return new FilesystemSpace(capacity, free);
            }
        }

        return null;
    }

    private static long? Leading(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return long.TryParse(end < 0 ? text : text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
    }
}
