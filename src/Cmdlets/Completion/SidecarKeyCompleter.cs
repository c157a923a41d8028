using System.Collections.Generic;

namespace EsxAgent.Completion;

/// <summary>Completes keys of the sidecars that the disk on the command line has.</summary>
public sealed class SidecarKeyCompleter : Completer
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionQuery query)
    {
        if (SidecarCompleter.DiskIn(query.BoundParameters) is string disk)
        {
            foreach ((string key, string toolTip) in SidecarCompleter.SidecarsOf(query, disk))
            {
                yield return new Candidate(key, toolTip);
            }
        }
    }
}
