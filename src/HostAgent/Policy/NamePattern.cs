using System;

namespace EsxAgent.HostAgent.Policy;

/// <summary>Matches names against patterns with <c>*</c> and <c>?</c>.</summary>
internal static class NamePattern
{
    /// <summary>True where the whole name fits. Case matters. Takes at most name × pattern steps.</summary>
    public static bool Fits(ReadOnlySpan<char> name, ReadOnlySpan<char> pattern)
    {
        int at = 0;
        int from = 0;
        int star = -1;
        int starAt = 0;
        while (at < name.Length)
        {
            if (from < pattern.Length && pattern[from] == '*')
            {
                star = from++;
                starAt = at;
            }
            else if (from < pattern.Length && (pattern[from] == '?' || pattern[from] == name[at]))
            {
                from++;
                at++;
            }
            else if (star >= 0)
            {
                // The star takes one character more, and what follows it is tried again.
                from = star + 1;
                at = ++starAt;
            }
            else
            {
                return false;
            }
        }

        return pattern[from..].Trim('*').IsEmpty;
    }

    /// <summary>True where some name fits both patterns. Takes one × other steps.</summary>
    public static bool Overlap(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        // meets[j]: what is left of the first pattern, and the other from j on, can be made the same name; from their ends to their beginnings.
        bool[] meets = new bool[other.Length + 1];
        for (int i = one.Length; i >= 0; i--)
        {
            bool diagonal = false;
            for (int j = other.Length; j >= 0; j--)
            {
                bool below = meets[j];
                bool right = j < other.Length && meets[j + 1];
                bool isStar = i < one.Length && one[i] == '*';
                bool isOtherStar = j < other.Length && other[j] == '*';
                bool areLetters = i < one.Length && j < other.Length && !isStar && !isOtherStar;
                meets[j] = (i == one.Length && j == other.Length)
                    || (isStar && (below || right))
                    || (isOtherStar && (right || (i < one.Length && below)))
                    || (areLetters && diagonal && (one[i] == other[j] || one[i] == '?' || other[j] == '?'));
                diagonal = below;
            }
        }

        return meets[0];
    }
}
