using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Formatting;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Completion;

/// <summary>Completes the names of the host's datastores, each with its free space.</summary>
public sealed class DatastoreNameCompleter : Completer
{
    private static readonly AnswerCache<Datastore> Known = new(ListAsync);

    /// <inheritdoc/>
    private protected override bool TakesWildcards(CompletionQuery query) => query.CommandName.StartsWith(VerbsCommon.Get, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionQuery query)
    {
        if (query.OpenSession is not EsxAgentSession session)
        {
            yield break;
        }

        foreach (Datastore datastore in Known.Of(session.Live, string.Empty))
        {
            if (datastore.Name is string name)
            {
                string room = $"{DisplayText.Size(datastore.FreeBytes)} free of {DisplayText.Size(datastore.CapacityBytes)}";
                yield return new Candidate(name, $"{datastore.Type}, {room}");
            }
        }
    }

    private static async Task<IReadOnlyList<Datastore>> ListAsync(AgentSession session, string _, CancellationToken cancellationToken)
    {
        var datastores = new List<Datastore>();
        await foreach (Datastore datastore in session.GetDatastoresAsync(cancellationToken).ConfigureAwait(false))
        {
            datastores.Add(datastore);
        }

        return datastores;
    }
}
