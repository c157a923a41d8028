using System.Collections.Generic;
using EsxAgent.Abstractions;

namespace EsxAgent.Completion;

/// <summary>Completes PowerShell's words for encodings.</summary>
public sealed class EncodingCompleter : Completer
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionQuery query)
    {
        foreach (string word in EncodingTransformationAttribute.Words)
        {
            yield return new Candidate(word, word);
        }
    }
}
