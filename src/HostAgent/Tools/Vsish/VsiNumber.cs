using System;
using System.Buffers.Text;
using System.Text;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>A number as vsish prints it: decimal or hexadecimal, perhaps with a unit or an enumeration's label behind it.</summary>
/// <param name="Value">The number; a value above 2^63 - 1 wraps and is told by <paramref name="IsUnsigned"/>.</param>
/// <param name="IsUnsigned">True where the bits of <paramref name="Value"/> are an unsigned number.</param>
/// <param name="Unit">What follows the number, for example <c>KB</c>; null where nothing does.</param>
/// <param name="Label">What follows <c>-></c>; null where there is none.</param>
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

    /// <summary>Reads a number; false where the value does not begin with one that stands alone.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out VsiNumber number)
    {
        number = default;

        // An enumeration may have its type's name before the number: `Heap_PhysContigType: 1 -> Any Physical Contiguity`.
        int arrow = text.IndexOf("->"u8);
        ReadOnlySpan<byte> label = arrow < 0 ? default : text[(arrow + 2)..].Trim((byte)' ');
        ReadOnlySpan<byte> body = arrow < 0 ? text : text[..arrow];
        int colon = arrow < 0 ? -1 : body.LastIndexOf((byte)':');
        body = body[(colon + 1)..].Trim((byte)' ');
        if (!TryParseDigits(body, out long value, out bool isUnsigned, out int used))
        {
            return false;
        }

        ReadOnlySpan<byte> unit = body[used..];
        if (!unit.IsEmpty && (unit[0] != ' ' || unit.Trim((byte)' ').Contains((byte)' ')))
        {
            return false;
        }

        unit = unit.Trim((byte)' ');
        number = new VsiNumber(value, isUnsigned, TextOrNull(unit), TextOrNull(label));
        return true;
    }

    private static bool TryParseDigits(ReadOnlySpan<byte> text, out long value, out bool isUnsigned, out int used)
    {
        isUnsigned = false;
        if (text is [(byte)'0', (byte)'x' or (byte)'X', ..])
        {
            bool isHex = Utf8Parser.TryParse(text[2..], out ulong bits, out used, 'x');
            value = (long)bits;
            isUnsigned = value < 0;
            used += 2;
            return isHex;
        }

        if (Utf8Parser.TryParse(text, out value, out used))
        {
            return true;
        }

        bool isLarge = Utf8Parser.TryParse(text, out ulong large, out used);
        value = (long)large;
        isUnsigned = isLarge;
        return isLarge;
    }

    private static string? TextOrNull(ReadOnlySpan<byte> text) => text.IsEmpty ? null : Encoding.UTF8.GetString(text);
}
