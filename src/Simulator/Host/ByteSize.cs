using System;
using System.Globalization;

namespace EsxAgent.Simulator.Host;

/// <summary>Sizes as people write them. Units are binary, as PowerShell's: 1KB = 1024 bytes.</summary>
internal static class ByteSize
{
    private const string Units = "KMGTP";

    /// <summary>Reads <c>40GB</c>, <c>1.5tb</c>, <c>512 MiB</c>, <c>64G</c> or a plain number of bytes.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="bytes">The size in whole bytes.</param>
    /// <returns>False where it is no size, is negative, or does not fit 64 bits.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        int digits = 0;
        while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
        {
            digits++;
        }

        if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            || Factor(rest[digits..].TrimStart()) is not { } factor
            || number > long.MaxValue / factor)
        {
            return false;
        }

        bytes = (long)(number * factor);
        return true;
    }

    /// <summary>Writes a size as the tools' human readable form does: one decimal, <c>119.8 GB</c>; whole numbers without it, <c>64 TB</c>.</summary>
    public static string Human(long bytes)
    {
        int unit = 0;
        double size = bytes;
        while (size >= 1024 && unit < Units.Length)
        {
            size /= 1024;
            unit++;
        }

        string number = Math.Round(size, 1).ToString("0.#", CultureInfo.InvariantCulture);
        return unit == 0 ? $"{number} bytes" : $"{number} {Units[unit - 1]}B";
    }

    private static long? Factor(ReadOnlySpan<char> unit)
    {
        if (unit.IsEmpty || unit.Equals("B", StringComparison.OrdinalIgnoreCase))
        {
            return 1;
        }

        int power = Units.IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal) + 1;
        ReadOnlySpan<char> tail = unit[1..];
        bool known = power > 0
            && (tail.IsEmpty || tail.Equals("B", StringComparison.OrdinalIgnoreCase) || tail.Equals("iB", StringComparison.OrdinalIgnoreCase));
        return known ? 1L << (10 * power) : null;
    }
}
