using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EsxAgent.Completion;

/// <summary>
/// A completer finds candidates; this base chooses those that fit what was typed, quotes them where PowerShell needs it, and sees to it that a person who
/// presses Tab never meets an exception.
/// </summary>
public abstract class Completer : IArgumentCompleter
{
    /// <summary>Finds what the parameter could be.</summary>
    private protected abstract IEnumerable<Candidate> Find(CompletionQuery query);

    /// <summary>True where the parameter takes wildcards, so that brackets in a name must be escaped.</summary>
    private protected virtual bool TakesWildcards(CompletionQuery query) => false;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var results = new List<CompletionResult>();
        try
        {
            string word = (wordToComplete ?? string.Empty).Trim('\'', '"');
            WildcardPattern pattern = BeginningWith(word);
            var query = new CompletionQuery(commandName, parameterName, word, fakeBoundParameters ?? new Hashtable());
            bool takesWildcards = TakesWildcards(query);
            foreach (Candidate candidate in Find(query))
            {
                if (candidate.Text.Length > 0 && pattern.IsMatch(candidate.Text))
                {
                    string value = takesWildcards ? WildcardPattern.Escape(candidate.Text) : candidate.Text;
                    results.Add(new CompletionResult(Quoted(value), candidate.Text, CompletionResultType.ParameterValue, candidate.ToolTip));
                }
            }
        }
        catch (Exception)
        {
            // Whatever went wrong: what was found so far is all there is.
        }

        return results;
    }

    /// <summary>What begins with the word. A star and a question mark in it are meant as wildcards, a bracket is one of a name.</summary>
    private static WildcardPattern BeginningWith(string word)
    {
        string escaped = WildcardPattern.Escape(word).Replace("`*", "*", StringComparison.Ordinal).Replace("`?", "?", StringComparison.Ordinal);
        return WildcardPattern.Get(escaped + "*", WildcardOptions.IgnoreCase);
    }

    /// <summary>The value as it must stand on a command line.</summary>
    internal static string Quoted(string value)
    {
        foreach (char letter in value)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && !"_.:/+%-@".Contains(letter, StringComparison.Ordinal))
            {
                return $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}'";
            }
        }

        // A bare dash would begin a parameter, an at sign a splatted variable, a digit a number, as in '8.0'.
        return value[0] is '-' or '%' or '+' or '@' || char.IsAsciiDigit(value[0]) && value.Contains('.', StringComparison.Ordinal) ? $"'{value}'" : value;
    }
}
