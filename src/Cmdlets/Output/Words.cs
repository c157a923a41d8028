using System;
using System.Collections.Generic;

namespace EsxAgent;

/// <summary>Lists of words become plain arrays: PowerShell's own form, and one that survives serialization.</summary>
internal static class Words
{
    public static string[] Of(IReadOnlyList<string>? words) => Of(words, static word => word);

    public static string[] Of<T>(IReadOnlyList<T>? items, Func<T, string> say)
    {
        if (items is null || items.Count == 0)
        {
            return [];
        }

        var words = new string[items.Count];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = say(items[i]);
        }

        return words;
    }
}
