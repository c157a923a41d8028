using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Client;

/// <summary>Finds out, step by step, whether an agent can be used and what is in the way.</summary>
public static class AgentDiagnosis
{
    /// <summary>
    /// Runs every check in order, each handed out as soon as it is known: this system supports vSockets; administrator; something listens; the connection
    /// stays open; the agent speaks; protocol version; identity established; policy; then one check for each capability that the agent lacks. After the
    /// first check without which nothing can go on, the rest are <see cref="DiagnosisOutcome.Skipped"/>.
    /// </summary>
    /// <param name="endpoint">Where the agent is expected.</param>
    /// <param name="options">Timeouts and names; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the diagnosis.</param>
    /// <returns>The checks. What is wrong with the agent or the way to it is never thrown; a cancellation is.</returns>
    public static IAsyncEnumerable<DiagnosisCheck> RunAsync(Endpoint endpoint, SessionOptions? options, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
