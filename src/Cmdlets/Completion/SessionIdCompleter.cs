using System.Collections.Generic;
using EsxAgent.Abstractions;

namespace EsxAgent.Completion;

/// <summary>Completes the numbers of this runspace's sessions.</summary>
public sealed class SessionIdCompleter : Completer
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionQuery query)
    {
        foreach (EsxAgentSession session in RunspaceSessions.Here?.All ?? [])
        {
            yield return new Candidate(session.ToString(), $"Session '{session.Name}', {session.State}, with {session.HostName} at {session.Endpoint}");
        }
    }
}
