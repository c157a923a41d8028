using System;
using System.Buffers.Text;

namespace EsxAgent.Protocol.Framing;

/// <summary>The header block before each body. Names are case-insensitive; every header but <c>Content-Length</c> is read over.</summary>
public static class FrameHeader
{
    /// <summary>Bytes that <see cref="Write"/> needs at most: the name, ten digits and the empty line.</summary>
    public const int MaxLength = 30;

    private static ReadOnlySpan<byte> ContentLength => "content-length"u8;

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

    /// <summary>Writes the header block of a body.</summary>
    /// <returns>How many bytes were written to <paramref name="destination"/>, at most <see cref="MaxLength"/>.</returns>
    public static int Write(Span<byte> destination, int bodyLength)
    {
        ReadOnlySpan<byte> name = "Content-Length: "u8;
        name.CopyTo(destination);
        Utf8Formatter.TryFormat(bodyLength, destination[name.Length..], out int digits);
        "\r\n\r\n"u8.CopyTo(destination[(name.Length + digits)..]);
        return name.Length + digits + 4;
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
