using System;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace EsxAgent.Protocol.Framing;

/// <summary>The header block before each body. Names are case-insensitive; every header but <c>Content-Length</c> is read over.</summary>
public static class FrameHeader
{
    /// <summary>Bytes that <see cref="Write"/> needs at most: the name, ten digits and the empty line.</summary>
    public const int MaxLength = 30;

    private static ReadOnlySpan<byte> ContentLength => "content-length"u8;

    /// <summary>The one header in the form in which it is written below; as many digits as no limit lets pass.</summary>
    private const int PlainDigits = 9;

    /// <summary>Reads a header block of the form in which <see cref="Write"/> puts it, which needs no search for names and ends of lines.</summary>
    /// <param name="received">What has been received, from the beginning of the block on.</param>
    /// <param name="length">The announced length of the body in bytes.</param>
    /// <returns>Bytes of the block with its empty line; 0 where it has another form or has not arrived whole.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TakePlain(ReadOnlySpan<byte> received, out int length)
    {
        ReadOnlySpan<byte> name = "Content-Length: "u8;
        length = 0;
        if (!received.StartsWith(name))
        {
            return 0;
        }

        int at = name.Length;
        while (at < received.Length && received[at] is >= (byte)'0' and <= (byte)'9' and byte digit)
        {
            if (at - name.Length == PlainDigits)
            {
                return 0;
            }

            length = (length * 10) + (digit - '0');
            at++;
        }

        return at > name.Length && received[at..].StartsWith("\r\n\r\n"u8) ? at + 4 : 0;
    }

    /// <summary>Reads a header block.</summary>
    /// <param name="block">The block with the line end of its last header, without the empty line.</param>
    /// <param name="length">The announced length of the body in bytes; may exceed every limit.</param>
    /// <param name="problem">What is wrong, where the answer is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> block, out long length, out string? problem)
    {
        length = -1;
        while (!block.IsEmpty)
        {
            int end = block.IndexOf("\r\n"u8);
            ReadOnlySpan<byte> line = end < 0 ? block : block[..end];
            block = end < 0 ? default : block[(end + 2)..];
            int colon = line.IndexOf((byte)':');
            if (colon <= 0 || line.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            {
                problem = "a header line has no name and colon";
                return false;
            }

            if (!NameEquals(line[..colon], ContentLength))
            {
                continue;
            }

            ReadOnlySpan<byte> digits = line[(colon + 1)..].Trim((byte)' ');
            bool isNumber = Utf8Parser.TryParse(digits, out long value, out int used) && used == digits.Length && digits[0] is >= (byte)'0' and <= (byte)'9';
            if (!isNumber || length >= 0)
            {
                problem = isNumber ? "Content-Length is given twice" : "Content-Length is not a number of bytes";
                return false;
            }

            length = value;
        }

        problem = length < 0 ? "a frame needs a Content-Length header" : null;
        return length >= 0;
    }

    /// <summary>Writes the header block of a body to the end of a span, so that the body can follow.</summary>
    /// <returns>How many bytes were written, at most <see cref="MaxLength"/>.</returns>
    public static int Write(Span<byte> destination, int bodyLength)
    {
        ReadOnlySpan<byte> name = "Content-Length: "u8;
        int at = destination.Length - 4;
        "\r\n\r\n"u8.CopyTo(destination[at..]);
        do
        {
            (bodyLength, int digit) = Math.DivRem(bodyLength, 10);
            destination[--at] = (byte)('0' + digit);
        }
        while (bodyLength > 0);

        at -= name.Length;
        name.CopyTo(destination[at..]);
        return destination.Length - at;
    }

    private static bool NameEquals(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lowerCase)
    {
        name = name.TrimEnd((byte)' ');
        if (name.Length != lowerCase.Length)
        {
            return false;
        }

        for (int i = 0; i < name.Length; i++)
        {
            byte b = name[i];
            if ((b is >= (byte)'A' and <= (byte)'Z' ? b | 0x20 : b) != lowerCase[i])
            {
                return false;
            }
        }

        return true;
    }
}
