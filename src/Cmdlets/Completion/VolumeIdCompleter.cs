using System.Collections.Generic;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Completion;

/// <summary>Completes ids of volumes, <c>name@datastore</c>.</summary>
public sealed class VolumeIdCompleter : VolumeCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionQuery query)
    {
        string name = query.Word.Split('@')[0];
        foreach ((Volume volume, string toolTip) in VolumesBeginningWith(query, name))
        {
            if (volume.Id is string id)
            {
                yield return new Candidate(id, toolTip);
            }
        }
    }
}
