using System;
using System.Globalization;

namespace EsxAgent.Simulator.Recording;

/// <summary>The sizes that <c>vmkfstools -P</c> prints of a file system, in bytes.</summary>
/// <param name="Capacity">The size.</param>
/// <param name="Free">What is free.</param>
/// <param name="Block">The unit that it counts in.</param>
internal readonly record struct VolumeSize(long Capacity, long Free, long Block)
{
    private const string Label = "Capacity ";

    /// <summary>Reads the line <c>Capacity 4293591040 (65515 file blocks * 65536), 4120444928 (62873 blocks) avail, …</c></summary>
    /// <returns>Null where there is none.</returns>
    public static VolumeSize? Parse(string report)
    {
        foreach (string line in report.Split('\n'))
        {
            if (!line.StartsWith(Label, StringComparison.Ordinal))
            {
                continue;
            }

            string[] parts = line[Label.Length..].Split([' ', '(', ')', ','], StringSplitOptions.RemoveEmptyEntries);
            if (parts is [var capacity, _, "file", "blocks", "*", var block, var free, ..]
                && Number(capacity) is long all && Number(block) is long unit and > 0 && Number(free) is long rest)
            {
                return new VolumeSize(all, rest, unit);
            }
        }

        return null;
    }

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
