using System;
using System.Text;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>A number as vsish prints it: decimal or hexadecimal, perhaps with a unit or an enumeration's label behind it.</summary>
/// <param name="Value">The number; a value above 2^63 - 1 wraps and is told by <paramref name="IsUnsigned"/>.</param>
/// <param name="IsUnsigned">True where the bits of <paramref name="Value"/> are an unsigned number.</param>
/// <param name="Unit">What follows the number, for example <c>KB</c>; null where nothing does.</param>
/// <param name="Label">What follows <c>-></c>; null where there is no arrow.</param>
internal readonly record struct VsiNumber(long Value, bool IsUnsigned, string? Unit, string? Label)
{
    /// <summary>The quantity in bytes, where the unit is one of memory; a bare number counts as bytes.</summary>
    public long? Bytes => Unit switch
    {
        null or "B" or "bytes" => Value,
        "KB" or "KiB" => Value << 10,
        "MB" or "MiB" => Value << 20,
        "GB" or "GiB" => Value << 30,
        "pages" => Value << 12,
        _ => null,
    };

    /// <summary>Reads a number; false where the value is of another notation.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out VsiNumber number)
    {
        VsiScalar scalar = VsiScalar.Read(text.Trim((byte)' '));
        string? unit = scalar.Notation == VsiNotation.Quantity ? Encoding.UTF8.GetString(scalar.Unit) : null;
        string? label = scalar.Notation == VsiNotation.Label ? Encoding.UTF8.GetString(scalar.Label) : null;
        number = new VsiNumber(scalar.Value, scalar.IsUnsigned, unit, label);
        return scalar.Notation is VsiNotation.Integer or VsiNotation.Hex or VsiNotation.Quantity or VsiNotation.Label;
    }
}
