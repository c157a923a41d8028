using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Messages;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>agent/status</c> and <c>agent/metrics</c>. A VM without the right to the first sees its own part, nothing of others.</summary>
internal sealed class AgentStatusOperation(Authorizer authorizer, CapabilityList capabilities, Counters counters, Func<long> toolsStarted, IReadOnlyList<Endpoint> endpoints)
{
    private readonly DateTime _start = DateTime.UtcNow;
    private readonly Lock _measuring = new();

    /// <summary>The row of <c>agent/status</c>.</summary>
    public Method Status => new()
    {
        Name = Methods.AgentStatus,
        Right = Method.OpenToAll,
        Kind = MethodKind.Read,
        AtOnce = (caller, _) => Answer(authorizer.HasRight(caller, Methods.AgentStatus)),
    };

    /// <summary>The row of <c>agent/metrics</c>.</summary>
    public Method Metrics => new() { Name = Methods.AgentMetrics, Right = Methods.AgentMetrics, Kind = MethodKind.Read, AtOnce = (_, _) => Measure() };

    private AgentStatus Answer(bool isWhole)
    {
        PolicyStatus policy = authorizer.Policy.Status;
        return new AgentStatus
        {
            Version = AgentBuild.Version,
            Commit = AgentBuild.Commit,
            StartTime = _start,
            UptimeSeconds = (long)(DateTime.UtcNow - _start).TotalSeconds,
            Endpoints = isWhole ? Texts() : [],
            Policy = isWhole ? policy : policy with { Path = null },
            Capabilities = capabilities.All(),
            Counters = isWhole ? counters.Snapshot(toolsStarted()) : null,
            Process = isWhole ? ProcessFigures.Read() : null,
        };
    }

    private List<string> Texts()
    {
        var texts = new List<string>();
        foreach (Endpoint endpoint in endpoints)
        {
            texts.Add(endpoint.ToString());
        }

        return texts;
    }

    /// <summary>
    /// The text is a tenth of a megabyte before it is UTF-8, and all connections of a guest may ask for it at once: it is made for one after the other. Never kept,
    /// because who asks wants to see what it has just done.
    /// </summary>
    private RenderedResult Measure()
    {
        lock (_measuring)
        {
            AgentStatus status = Answer(isWhole: true);
            return new RenderedResult(RpcWriter.Render(new AgentMetrics(OpenMetrics.Write(status, status.Counters!, counters.Latencies))));
        }
    }
}
