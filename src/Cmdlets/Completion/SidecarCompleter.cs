using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Formatting;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Completion;

/// <summary>Finds the sidecars of the disk that stands on the command line.</summary>
internal static class SidecarCompleter
{
    private static readonly AnswerCache<Sidecar> Known = new(ListAsync);

    /// <summary>Sidecars of a disk, each with what a person would like to know.</summary>
    /// <param name="query">What is being completed.</param>
    /// <param name="disk">Id of the volume, or path of the descriptor.</param>
    public static IEnumerable<(string Key, string ToolTip)> SidecarsOf(CompletionQuery query, string disk)
    {
        if (query.OpenSession is not EsxAgentSession session)
        {
            yield break;
        }

        foreach (Sidecar sidecar in Known.Of(session.Live, disk))
        {
            if (sidecar.Key is string key)
            {
                string size = $"{DisplayText.Size(sidecar.SizeBytes)}, of {sidecar.Disk}";
                yield return (key, sidecar.Problem is null ? size : $"{size}; {sidecar.Problem}");
            }
        }
    }

    /// <summary>The disk that stands on the command line already, the first of several; null for none.</summary>
    /// <param name="boundParameters">What stands there.</param>
    public static string? DiskIn(IDictionary boundParameters)
    {
        object? given = boundParameters["Volume"] ?? boundParameters["VmdkPath"];
        given = given is PSObject wrapped ? wrapped.BaseObject : given;
        given = given is IList { Count: > 0 } several ? several[0] : given;
        return given switch
        {
            PSObject { BaseObject: VmdkVolume volume } => volume.Id,
            VmdkVolume volume => volume.Id,
            _ => given as string,
        };
    }

    private static async Task<IReadOnlyList<Sidecar>> ListAsync(AgentSession session, string disk, CancellationToken cancellationToken)
    {
        var sidecars = new List<Sidecar>();
        await foreach (Sidecar sidecar in session.GetSidecarsAsync(new VmdkDiskReference(disk).Name, false, cancellationToken).ConfigureAwait(false))
        {
            sidecars.Add(sidecar);
        }

        sidecars.Sort(static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        return sidecars;
    }
}
