using System;
using System.Collections.Generic;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Completion;

/// <summary>Completes names of volumes, on the datastore that was given or on all; a name that several datastores have is offered once.</summary>
public sealed class VolumeNameCompleter : VolumeCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionQuery query)
    {
        var offered = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach ((Volume volume, string toolTip) in VolumesBeginningWith(query, query.Word))
        {
            if (volume.Name is string name && offered.Add(name))
            {
                yield return new Candidate(name, toolTip);
            }
        }
    }
}
