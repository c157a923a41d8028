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
}
