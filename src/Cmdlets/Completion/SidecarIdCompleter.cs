using System.Collections.Generic;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Completion;

/// <summary>Completes ids of sidecars, <c>name@datastore:key</c>: up to the colon the volumes, behind it what the disk has.</summary>
public sealed class SidecarIdCompleter : VolumeCompleter
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionQuery query)
    {
        int at = query.Word.LastIndexOf(':');
        if (at > 0)
        {
            string disk = query.Word[..at];
            foreach ((string key, string toolTip) in SidecarCompleter.SidecarsOf(query, disk))
            {
                yield return new Candidate($"{disk}:{key}", toolTip);
            }

            yield break;
        }

        string name = query.Word.Split('@')[0];
        foreach ((Volume volume, string toolTip) in VolumesBeginningWith(query, name))
        {
            if (volume.Id is string id)
            {
                yield return new Candidate($"{id}:", toolTip);
            }
        }
    }
}
