using System;
using System.Globalization;
using EsxAgent.Simulator.Disks;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary>Sizes as vmkfstools takes them: a whole number and one letter; without it bytes.</summary>
internal static class DiskSize
{
    /// <summary>The largest disk of VMFS-5 and VMFS-6.</summary>
    private const long Most = 62L << 40;

    /// <summary>Reads a size such as <c>10g</c>, <c>2097152s</c> (sectors) or <c>1073741824</c>.</summary>
    /// <exception cref="DiskException">It is none, or no disk can have it.</exception>
    public static long Parse(string text)
    {
        ReadOnlySpan<char> number = text;
        long unit = text.Length == 0 ? 0 : char.ToLowerInvariant(text[^1]) switch
        {
            'b' => 1,
            's' => DiskDescriptor.SectorBytes,
            'k' => 1L << 10,
            'm' => 1L << 20,
            'g' => 1L << 30,
            't' => 1L << 40,
            _ => 0,
        };
        if (unit > 0)
        {
            number = number[..^1];
        }

        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            && count > 0 && count <= Most / Math.Max(1, unit) && count * Math.Max(1, unit) % DiskDescriptor.SectorBytes == 0
                ? count * Math.Max(1, unit)
                : throw new DiskException(ToolErrorCode.InvalidArgument);
    }
}
