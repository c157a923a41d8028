using System;
using System.Collections.Generic;
using EsxAgent.Abstractions;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Completion;

/// <summary>Completes <c>-Endpoint</c>: the host under this virtual machine, what the environment names, and where sessions are connected to.</summary>
public sealed class EndpointCompleter : Completer
{
    /// <inheritdoc/>
    private protected override IEnumerable<Candidate> Find(CompletionQuery query)
    {
        var offered = new HashSet<string>(StringComparer.Ordinal);
        string host = Endpoint.Host.ToString();
        offered.Add(host);
        yield return new Candidate(host, "The host under this virtual machine");

        if (Environment.GetEnvironmentVariable(EndpointSource.EnvironmentName) is { Length: > 0 } set && offered.Add(set))
        {
            yield return new Candidate(set, "$env:" + EndpointSource.EnvironmentName);
        }

        foreach (EsxAgentSession session in RunspaceSessions.Here?.All ?? [])
        {
            if (offered.Add(session.Endpoint))
            {
                yield return new Candidate(session.Endpoint, $"Session '{session.Name}' with {session.HostName}");
            }
        }
    }
}
