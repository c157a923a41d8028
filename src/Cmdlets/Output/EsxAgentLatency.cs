using System;
using EsxAgent.Client;

namespace EsxAgent;

/// <summary>How long the way to the host and back takes.</summary>
public sealed class EsxAgentLatency
{
    internal EsxAgentLatency(LatencyResult result, string? hostName)
    {
        HostName = hostName;
        Count = result.Count;
        PayloadBytes = result.PayloadBytes;
        Minimum = result.Minimum;
        Median = result.Median;
        P95 = result.P95;
        P99 = result.P99;
        Maximum = result.Maximum;
        RequestsPerSecond = result.RequestsPerSecond;
    }

    /// <summary>Name of the host that was asked.</summary>
    public string? HostName { get; }

    /// <summary>Round trips that were measured.</summary>
    public int Count { get; }

    /// <summary>Bytes that travelled each way on top of an empty request.</summary>
    public int PayloadBytes { get; }

    /// <summary>The shortest round trip.</summary>
    public TimeSpan Minimum { get; }

    /// <summary>Half of the round trips took no longer.</summary>
    public TimeSpan Median { get; }

    /// <summary>95 of 100 round trips took no longer.</summary>
    public TimeSpan P95 { get; }

    /// <summary>99 of 100 round trips took no longer.</summary>
    public TimeSpan P99 { get; }

    /// <summary>The longest round trip.</summary>
    public TimeSpan Maximum { get; }

    /// <summary>Round trips a second, one after the other.</summary>
    public double RequestsPerSecond { get; }

    /// <summary>The host's name.</summary>
    public override string ToString() => HostName ?? string.Empty;
}
