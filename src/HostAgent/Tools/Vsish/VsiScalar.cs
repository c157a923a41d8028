using System;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>The notations of a single value.</summary>
internal enum VsiNotation
{
    /// <summary>Anything that is none of the others.</summary>
    Text,

    /// <summary>A decimal number: <c>14</c>, <c>-1</c>, <c>18446744073709551615</c>.</summary>
    Integer,

    /// <summary>A hexadecimal number: <c>0x641400</c>.</summary>
    Hex,

    /// <summary>A decimal number with a unit: <c>134045160 KB</c>.</summary>
    Quantity,

    /// <summary>An enumeration or flags, perhaps with the name of its type: <c>Heap_PhysContigType: 1 -> Any Physical Contiguity</c>.</summary>
    Label,

    /// <summary>Sixteen bytes: <c>56 4d b1 63 53 a5 dd e6-60 d5 7a 08 dc 4c c1 9a</c>.</summary>
    Uuid,
}

/// <summary>
/// A single value by its notation. A notation is taken only where it tells all that was printed: a number with leading zeros, of more than 64 bits or with
/// two words behind it stays text, so that a serial number or a name never loses anything.
/// </summary>
internal readonly ref struct VsiScalar
{
    private const int MaxUnit = 16;
    private const int MaxHexDigits = 16;

    private VsiScalar(VsiNotation notation, long value, bool isUnsigned)
    {
        Notation = notation;
        Value = value;
        IsUnsigned = isUnsigned;
    }

    /// <summary>The notation; everything else has a meaning only where it needs it.</summary>
    public VsiNotation Notation { get; }

    /// <summary>The number; one above 2^63 - 1 wraps and is told by <see cref="IsUnsigned"/>.</summary>
    public long Value { get; }

    /// <summary>True where the bits of <see cref="Value"/> are an unsigned number.</summary>
    public bool IsUnsigned { get; }

    /// <summary>What follows the number of a quantity.</summary>
    public ReadOnlySpan<byte> Unit { get; private init; }

    /// <summary>What follows the arrow.</summary>
    public ReadOnlySpan<byte> Label { get; private init; }

    /// <summary>Name of an enumeration's type; empty where it is not printed.</summary>
    public ReadOnlySpan<byte> Type { get; private init; }

    /// <summary>Reads a value.</summary>
    /// <param name="text">The value, trimmed.</param>
    public static VsiScalar Read(ReadOnlySpan<byte> text)
    {
        // Numbers are by far the most, and most texts begin with a letter.
        if (text is [(byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..] && TryReadNumber(text, out VsiScalar number, out int used))
        {
            if (used == text.Length)
            {
                return number;
            }

            ReadOnlySpan<byte> unit = text[used..].TrimStart((byte)' ');
            if (number.Notation == VsiNotation.Integer && text[used] == ' ' && IsUnit(unit))
            {
                return new VsiScalar(VsiNotation.Quantity, number.Value, number.IsUnsigned) { Unit = unit };
            }
        }

        int arrow = text.IndexOf("->"u8);
        return arrow >= 0 ? ReadLabel(text, arrow) : new VsiScalar(VsiUuid.IsPrinted(text) ? VsiNotation.Uuid : VsiNotation.Text, 0, false);
    }

    private static VsiScalar ReadLabel(ReadOnlySpan<byte> text, int arrow)
    {
        ReadOnlySpan<byte> body = text[..arrow];
        int colon = body.LastIndexOf((byte)':');
        ReadOnlySpan<byte> type = colon < 0 ? default : body[..colon].Trim((byte)' ');
        ReadOnlySpan<byte> digits = body[(colon + 1)..].Trim((byte)' ');
        ReadOnlySpan<byte> label = text[(arrow + 2)..].Trim((byte)' ');
        bool isKnown = IsTypeName(type) && !label.Contains((byte)'\n');
        return isKnown && TryReadNumber(digits, out VsiScalar number, out int used) && used == digits.Length
            ? new VsiScalar(VsiNotation.Label, number.Value, number.IsUnsigned) { Label = label, Type = type }
            : default;
    }

    /// <summary>Reads the number that a text begins with.</summary>
    private static bool TryReadNumber(ReadOnlySpan<byte> text, out VsiScalar number, out int used)
    {
        bool isHex = text is [(byte)'0', (byte)'x' or (byte)'X', ..];
        bool isRead = isHex ? TryReadHex(text, out ulong bits, out used) : TryReadDecimal(text, out bits, out used);
        bool isNegative = text is [(byte)'-', ..];
        number = new VsiScalar(isHex ? VsiNotation.Hex : VsiNotation.Integer, (long)bits, !isNegative && bits > long.MaxValue);
        return isRead;
    }

    private static bool TryReadHex(ReadOnlySpan<byte> text, out ulong bits, out int used)
    {
        bits = 0;
        for (used = 2; used < text.Length; used++)
        {
            int digit = VsiUuid.HexDigit(text[used]);
            if (digit < 0)
            {
                break;
            }

            bits = (bits << 4) | (uint)digit;
        }

        return used is > 2 and <= 2 + MaxHexDigits;
    }

    private static bool TryReadDecimal(ReadOnlySpan<byte> text, out ulong bits, out int used)
    {
        int first = text is [(byte)'-', ..] ? 1 : 0;
        bits = 0;
        for (used = first; used < text.Length && text[used] is >= (byte)'0' and <= (byte)'9'; used++)
        {
            uint digit = (uint)(text[used] - '0');
            if (bits > (ulong.MaxValue - digit) / 10)
            {
                return false;
            }

            bits = (bits * 10) + digit;
        }

        bool hasZeros = used - first > 1 && text[first] == '0';
        if (used == first || hasZeros || (first > 0 && bits is 0 or > 1UL << 63))
        {
            return false;
        }

        bits = first > 0 ? 0 - bits : bits;
        return true;
    }

    private static bool IsTypeName(ReadOnlySpan<byte> text)
    {
        foreach (byte b in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b != '_')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>One word: <c>KB</c>, <c>usec</c>, <c>Mbps</c>, <c>%</c>.</summary>
    private static bool IsUnit(ReadOnlySpan<byte> text)
    {
        bool isWord = text.Length is > 0 and <= MaxUnit && (char.IsAsciiLetter((char)text[0]) || text[0] == '%');
        foreach (byte b in text)
        {
            isWord &= char.IsAsciiLetterOrDigit((char)b) || b is (byte)'%' or (byte)'/' or (byte)'^' or (byte)'.' or (byte)'-';
        }

        return isWord;
    }
}
