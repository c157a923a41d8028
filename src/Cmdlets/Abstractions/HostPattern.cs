using System;
using System.Text;

namespace EsxAgent.Abstractions;

/// <summary>
/// The host knows <c>*</c> and <c>?</c> alone. A pattern of PowerShell becomes one of the host's that means at least the same; what it means too much is
/// left out here, when it has come.
/// </summary>
internal static class HostPattern
{
    /// <summary>Everything.</summary>
    public const string All = "*";

    private static readonly char[] BracketsAndEscapes = ['[', '`'];

    /// <summary>For names of volumes, which the host compares without regard to case.</summary>
    public static string OfName(string pattern) => ToFirstBracket(pattern);

    /// <summary>For datastores, whose case the host regards and a person does not.</summary>
    public static string OfDatastore(string pattern)
    {
        var text = new StringBuilder(pattern.Length);
        foreach (char letter in ToFirstBracket(pattern))
        {
            text.Append(char.IsLetter(letter) ? '?' : letter);
        }

        return text.ToString();
    }

    private static string ToFirstBracket(string pattern)
    {
        int bracket = pattern.IndexOfAny(BracketsAndEscapes);
        return bracket < 0 ? pattern : string.Concat(pattern.AsSpan(0, bracket), All);
    }
}
