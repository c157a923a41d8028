using System;

namespace EsxAgent.Simulator.Faults;

/// <summary>Patterns in which <c>*</c> stands for any text, also none and also slashes, and <c>?</c> for one character.</summary>
internal static class Glob
{
    /// <summary>Whether the whole text fits the pattern. The time is at most the product of the lengths.</summary>
    public static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0;
        int t = 0;
        int star = -1;
        int tried = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                tried = t;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                // The last star takes one character more.
                p = star + 1;
                t = ++tried;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].IndexOfAnyExcept('*') < 0;
    }
}
