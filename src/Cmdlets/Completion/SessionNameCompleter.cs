using System.Collections.Generic;
using EsxAgent.Abstractions;

namespace EsxAgent.Completion;

/// <summary>Completes the names of this runspace's sessions.</summary>
public sealed class SessionNameCompleter : Completer
{
    /// <inheritdoc/>
    private protected override bool TakesWildcards(CompletionQuery query) => query.ParameterName == "Name";

    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionQuery query)
    {
        foreach (EsxAgentSession session in RunspaceSessions.Here?.All ?? [])
        {
            yield return new Candidate(session.Name, $"Session {session.Id}, {session.State}, with {session.HostName} at {session.Endpoint}");
        }
    }
}
