using System.ComponentModel;
using System.Globalization;

namespace EsxAgent;

/// <summary>A number with a unit: <c>134045160 KB</c>.</summary>
[TypeConverter(typeof(EsxVsiNumberConverter))]
public sealed class EsxVsiQuantity : EsxVsiNumber
{
    internal EsxVsiQuantity(decimal number, string unit)
        : base(number)
    {
        Unit = unit;
        Bytes = BytesOf(unit) is long size ? Plain(number * size) : null;
    }

    /// <summary>The unit as it was printed: <c>KB</c>, <c>usec</c>, <c>MHz</c>.</summary>
    public string Unit { get; }

    /// <summary>The same amount in bytes, where the unit is one of sizes: a KB of the host has 1024 bytes, a page 4096. Null for every other unit.</summary>
    public object? Bytes { get; }

    /// <summary>Number and unit.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value} {Unit}").TrimEnd();

    private static long? BytesOf(string unit) => unit.ToUpperInvariant() switch
    {
        "B" or "BYTE" or "BYTES" => 1,
        "KB" or "KIB" => 1L << 10,
        "MB" or "MIB" => 1L << 20,
        "GB" or "GIB" => 1L << 30,
        "TB" or "TIB" => 1L << 40,
        "PAGES" => 1L << 12,
        _ => null,
    };
}
