using System.Collections.Generic;
using EsxAgent.Abstractions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Completion;

/// <summary>Completes paths of the host's vsish tree, one name at a time.</summary>
public sealed class VsiPathCompleter : Completer
{
    /// <inheritdoc/>
    private protected override bool TakesWildcards(CompletionQuery query) => query.ParameterName == "Path";

    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionQuery query)
    {
        if (query.OpenSession is not EsxAgentSession session)
        {
            yield break;
        }

        // What was typed of the directory stays as it was typed.
        string typed = query.Word.Length == 0 ? VsiPathText.Root : query.Word[..(query.Word.LastIndexOfAny(['/', '\\']) + 1)];
        foreach (VsiChild child in VsiListings.ForTab(session.Live, VsiPathText.Normalize(typed)))
        {
            yield return new Candidate(typed + child.Name, child.IsDirectory ? "Directory" : "Leaf");
        }
    }
}
