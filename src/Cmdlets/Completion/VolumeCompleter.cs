using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Abstractions;
using EsxAgent.Client;
using EsxAgent.Formatting;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Completion;

/// <summary>Finds the volumes that begin with what was typed: the host is asked for these alone, because there may be very many.</summary>
public abstract class VolumeCompleter : Completer
{
    /// <summary>More than this nobody reads; another letter brings the others.</summary>
    private const int MaxCandidates = 500;

    private const char Separator = '\n';

    private static readonly AnswerCache<Volume> Known = new(ListAsync);

    /// <summary>Volumes whose names begin with a text, each with what a person would like to know.</summary>
    /// <param name="query">What is being completed.</param>
    /// <param name="beginning">The beginning of the name.</param>
    private protected static IEnumerable<(Volume Volume, string ToolTip)> VolumesBeginningWith(CompletionQuery query, string beginning)
    {
        if (query.OpenSession is not EsxAgentSession session)
        {
            yield break;
        }

        NamePattern? datastore = DatastoreIn(query.BoundParameters);
        string place = datastore is null ? HostPattern.All : datastore.IsLiteral ? datastore.Literal : HostPattern.OfDatastore(datastore.Text);
        foreach (Volume volume in Known.Of(session.Live, place + Separator + HostPattern.OfName(beginning) + HostPattern.All))
        {
            if (datastore is null || datastore.Matches(volume.Datastore ?? string.Empty))
            {
                string size = $"{DisplayText.Size(volume.SizeBytes)}, {VolumeWords.Format(volume.Format)}, on {volume.Datastore}";
                yield return (volume, volume.Problem is null ? size : $"{size}; {volume.Problem}");
            }
        }
    }

    /// <summary>The datastore that stands on the command line already, the first of several; null for none.</summary>
    private static NamePattern? DatastoreIn(IDictionary boundParameters)
    {
        object? given = boundParameters["Datastore"];
        given = given is PSObject wrapped ? wrapped.BaseObject : given;
        given = given is IList { Count: > 0 } several ? several[0] : given;
        return given is string datastore ? new NamePattern(datastore) : null;
    }

    private static async Task<IReadOnlyList<Volume>> ListAsync(AgentSession session, string question, CancellationToken cancellationToken)
    {
        string[] parts = question.Split(Separator);
        var volumes = new List<Volume>();
        await foreach (Volume volume in session.GetVolumesAsync(parts[0], parts[1], cancellationToken).ConfigureAwait(false))
        {
            if (volume.Name is null)
            {
                continue;
            }

            volumes.Add(volume);
            if (volumes.Count == MaxCandidates)
            {
                break;
            }
        }

        volumes.Sort(static (one, other) => string.CompareOrdinal(one.Id, other.Id));
        return volumes;
    }
}
