using System;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>What one line of vsish's text looks like, whatever stands around it.</summary>
internal static class VsiLine
{
    /// <summary>
    /// Where a member's name ends. A padded name has a blank before its colon (<c>Volume: Unmap IOs    :20</c>) and may hold colons itself, but none between two letters,
    /// which would be a value's; else the first colon ends the name. -1 where the line has no name.
    /// </summary>
    public static int SplitAt(ReadOnlySpan<byte> line)
    {
        int first = line.IndexOf((byte)':');
        for (int at = first; at > 0;)
        {
            if (IsBlank(line[at - 1]))
            {
                return at;
            }

            if (at + 1 >= line.Length || !IsBlank(line[at + 1]))
            {
                break;
            }

            int next = line[(at + 1)..].IndexOf((byte)':');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return first == 0 ? -1 : first;
    }

    /// <summary>Reads <c>[digits]:</c> at the beginning of a line.</summary>
    /// <param name="line">The line without blanks before it.</param>
    /// <param name="index">The number between the brackets.</param>
    /// <param name="length">Bytes up to and with the colon.</param>
    public static bool TryReadIndex(ReadOnlySpan<byte> line, out int index, out int length)
    {
        const int MaxDigits = 9;
        index = 0;
        length = 0;
        if (line is not [(byte)'[', ..])
        {
            return false;
        }

        int at = 1;
        while (at < line.Length && at <= MaxDigits && line[at] is >= (byte)'0' and <= (byte)'9')
        {
            index = (index * 10) + line[at++] - '0';
        }

        length = at + 2;
        return at > 1 && line[at..] is [(byte)']', (byte)':', ..];
    }

    /// <summary>Whether a line, or what stands behind a name, may open a struct.</summary>
    public static bool EndsWithBrace(ReadOnlySpan<byte> line) => line is [(byte)'{'] or [.., (byte)' ', (byte)'{'];

    /// <summary>Whether a byte may be left out at a line's ends.</summary>
    public static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
