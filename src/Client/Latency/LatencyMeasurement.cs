using System;
using System.Threading;
using System.Threading.Tasks;

namespace EsxAgent.Client;

/// <summary>Measures the round trip between this VM and its agent.</summary>
public static class LatencyMeasurement
{
    /// <summary>Sends pings one after the other and measures each.</summary>
    /// <param name="session">An open session.</param>
    /// <param name="count">How many pings, 1 or more.</param>
    /// <param name="payloadBytes">Bytes that each carries to the host, 0 or more, within the agent's limit for a request.</param>
    /// <param name="progress">Told how many are done; null where nobody wants to know.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    /// <exception cref="AgentException">The agent refused a ping.</exception>
    /// <exception cref="ConnectionException">The connection was lost and not restored.</exception>
    public static Task<LatencyResult> RunAsync(AgentSession session, int count, int payloadBytes, IProgress<int>? progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
