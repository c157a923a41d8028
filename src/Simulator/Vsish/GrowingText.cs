using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace EsxAgent.Simulator.Vsish;

/// <summary>
/// The text of a leaf whose numbers grow while the host runs. A file beside the leaf says by how much: a line <c>LABEL:NUMBER</c> for each member, or the number
/// alone where the leaf is one.
/// </summary>
internal static class GrowingText
{
    /// <summary>The text of a leaf after a time.</summary>
    /// <param name="text">As the file of the leaf holds it.</param>
    /// <param name="rates">How much its numbers grow a second.</param>
    /// <param name="elapsed">The time; nothing grows before it began.</param>
    /// <exception cref="FormatException">A line of the rates says no number.</exception>
    public static byte[] After(byte[] text, string rates, TimeSpan elapsed)
    {
        Dictionary<string, long> perSecond = Read(rates);
        double seconds = Math.Max(0, elapsed.TotalSeconds);
        var grown = new StringBuilder(text.Length);

        // A leaf may hold bytes that are no UTF-8, and keeps them.
        foreach (string line in Encoding.Latin1.GetString(text).Split('\n'))
        {
            grown.Append(grown.Length == 0 ? "" : "\n");
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (perSecond.TryGetValue(line[..Math.Max(0, colon)].Trim(), out long rate))
            {
                AppendGrown(grown, line, colon + 1, (long)(rate * seconds));
            }
            else
            {
                grown.Append(line);
            }
        }

        return Encoding.Latin1.GetBytes(grown.ToString());
    }

    private static Dictionary<string, long> Read(string rates)
    {
        var perSecond = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string line in rates.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = line.LastIndexOf(':');
            if (!long.TryParse(line.AsSpan(colon + 1), NumberStyles.Integer, CultureInfo.InvariantCulture, out long rate))
            {
                throw new FormatException($"'{line}' says no number; write LABEL:NUMBER");
            }

            perSecond[line[..Math.Max(0, colon)].Trim()] = rate;
        }

        return perSecond;
    }

    /// <summary>The line with more added to the number that begins behind its label; as it is where there is none.</summary>
    private static void AppendGrown(StringBuilder grown, string line, int start, long more)
    {
        while (start < line.Length && line[start] == ' ')
        {
            start++;
        }

        int end = start;
        while (end < line.Length && char.IsAsciiDigit(line[end]))
        {
            end++;
        }

        grown.Append(line, 0, start);
        grown.Append(long.TryParse(line.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? (number + more).ToString(CultureInfo.InvariantCulture)
            : line[start..end]);
        grown.Append(line, end, line.Length - end);
    }
}
