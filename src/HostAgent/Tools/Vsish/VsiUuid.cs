using System;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>
/// A uuid as vsish prints it, in either form, to the usual text: sixteen bytes in the order they stand, without the swap that <see cref="Guid"/> makes of them.
/// </summary>
internal static class VsiUuid
{
    private const int Bytes = 16;

    /// <summary>Length of the text form.</summary>
    private const int PrintedLength = (3 * Bytes) - 1;

    /// <summary>True for exactly the text form of vsish: pairs of digits with a blank between them, in the middle a dash or a blank.</summary>
    public static bool IsPrinted(ReadOnlySpan<byte> text)
    {
        const int Middle = PrintedLength / 2;
        if (text.Length != PrintedLength)
        {
            return false;
        }

        for (int i = 0; i < text.Length; i++)
        {
            bool fits = i % 3 != 2 ? HexDigit(text[i]) >= 0 : text[i] == ' ' || (i == Middle && text[i] == '-');
            if (!fits)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads <c>56 4d b1 63 53 a5 dd e6-60 d5 7a 08 dc 4c c1 9a</c>; null where it is anything else.</summary>
    public static string? FromText(ReadOnlySpan<byte> text)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        int count = 0;
        int digits = 0;
        foreach (byte b in text)
        {
            int digit = HexDigit(b);
            if (digit < 0)
            {
                if (b is not ((byte)' ' or (byte)'-') || digits % 2 != 0)
                {
                    return null;
                }

                continue;
            }

            if (count == Bytes)
            {
                return null;
            }

            bytes[count] = (byte)((bytes[count] << 4) | digit);
            count += digits++ % 2;
        }

        return count == Bytes ? Format(bytes) : null;
    }

    /// <summary>Reads an array of sixteen numbers, <c>[0]: 0x42</c> and so on; null where it is anything else.</summary>
    public static string? FromArray(VsiText text, int index)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        int count = 0;
        for (int i = index + 1; i < text[index].Next; i = text[i].Next)
        {
            VsiScalar element = text[i].Kind == VsiEntryKind.Scalar ? VsiScalar.Read(text.ValueOf(text[i])) : default;
            if (count == Bytes || element.Notation is not (VsiNotation.Integer or VsiNotation.Hex) || element.Value is < 0 or > byte.MaxValue)
            {
                return null;
            }

            bytes[count++] = (byte)element.Value;
        }

        return count == Bytes ? Format(bytes) : null;
    }

    private static string Format(ReadOnlySpan<byte> bytes)
    {
        string hex = Convert.ToHexStringLower(bytes);
        return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }

    /// <summary>Value of a hexadecimal digit; -1 where it is none.</summary>
    public static int HexDigit(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };
}
