using System;
using System.Buffers;
using System.Globalization;

namespace EsxAgent.Client;

/// <summary>Sizes of disks as people write them. Units are PowerShell's: 1 KB is 1024 bytes, with or without an <c>i</c>.</summary>
public static class DiskSize
{
    /// <summary>Bytes of a sector: a disk consists of whole ones.</summary>
    public const int SectorBytes = 512;

    private const string Prefixes = "KMGTPE";

    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("+-.0123456789");

    /// <summary>Reads a size such as <c>10GB</c>, <c>10 GiB</c>, <c>1.5tb</c> or <c>1073741824</c>. A fraction of a byte counts as one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">Bytes.</param>
    /// <returns>False where it is no size, or one that no number of bytes can hold.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        bytes = 0;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        int end = rest.IndexOfAnyExcept(OfNumbers);
        ReadOnlySpan<char> unit = end < 0 ? [] : rest[end..].Trim();
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(rest[..(end < 0 ? rest.Length : end)], Plain, CultureInfo.InvariantCulture, out decimal amount)
            || BytesOf(unit) is not decimal factor)
        {
            return false;
        }

        try
        {
            bytes = (long)decimal.Ceiling(amount * factor);
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    /// <summary>The size of the smallest disk that holds so many bytes. What is no size at all stays as it is.</summary>
    public static long ToWholeSectors(long bytes) =>
        bytes is > 0 and <= long.MaxValue - SectorBytes ? (bytes + SectorBytes - 1) / SectorBytes * SectorBytes : bytes;

    /// <summary>Bytes of a unit; null where it is none.</summary>
    private static decimal? BytesOf(ReadOnlySpan<char> unit)
    {
        if (unit.IsEmpty || unit.Equals("B", StringComparison.OrdinalIgnoreCase))
        {
            return 1;
        }

        int power = Prefixes.IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal) + 1;
        bool isWhole = unit.Length == 1 || IsEnd(unit[1..], "B") || IsEnd(unit[1..], "iB");
        if (power == 0 || !isWhole)
        {
            return null;
        }

        decimal bytes = 1;
        for (int i = 0; i < power; i++)
        {
            bytes *= 1024;
        }

        return bytes;
    }

    private static bool IsEnd(ReadOnlySpan<char> text, string end) => text.Equals(end, StringComparison.OrdinalIgnoreCase);
}
