using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Specialized;
using EsxAgent.Protocol.Messages;

namespace EsxAgent;

/// <summary>
/// The state of the agent on the host. A VM without the right to the whole of it sees its own part: endpoints, counters and the process are empty then.
/// </summary>
public sealed class EsxAgentStatus
{
    internal EsxAgentStatus(AgentStatus status, string? hostName)
    {
        HostName = hostName;
        Version = status.Version;
        Commit = status.Commit;
        StartTime = status.StartTime?.ToLocalTime();
        Uptime = Seconds.Of(status.UptimeSeconds);
        Endpoint = Words.Of(status.Endpoints);
        PolicyState = status.Policy?.State;
        PolicyPath = status.Policy?.Path;
        PolicyDigest = status.Policy?.Digest;
        PolicyReason = status.Policy?.Reason;
        PolicyLoaded = status.Policy?.LoadedTime?.ToLocalTime();
        Capability = Words.Of(Those(status.Capabilities, available: true), static capability => capability.Name ?? string.Empty);
        MissingCapability = Words.Of(
            Those(status.Capabilities, available: false),
            static capability => capability.Reason is null ? capability.Name ?? string.Empty : $"{capability.Name}: {capability.Reason}");
        Connections = status.Counters?.Connections;
        OpenConnections = status.Counters?.OpenConnections;
        Requests = status.Counters?.Requests;
        RunningRequests = status.Counters?.RunningRequests;
        BytesReceived = status.Counters?.BytesReceived;
        BytesSent = status.Counters?.BytesSent;
        ToolsStarted = status.Counters?.ToolsStarted;
        Errors = Counted(status.Counters?.Errors);
        ResidentBytes = status.Process?.ResidentBytes;
        Threads = status.Process?.Threads;
        OpenDescriptors = status.Process?.OpenDescriptors;
    }

    /// <summary>Name of the host that was asked.</summary>
    public string? HostName { get; }

    /// <summary>The agent's version.</summary>
    public string? Version { get; }

    /// <summary>The commit it was built from; null where that was not known.</summary>
    public string? Commit { get; }

    /// <summary>When the agent was started, in this machine's time zone.</summary>
    public DateTime? StartTime { get; }

    /// <summary>How long it has been running.</summary>
    public TimeSpan? Uptime { get; }

    /// <summary>Where it listens.</summary>
    public string[] Endpoint { get; }

    /// <summary><c>loaded</c>; <c>absent</c>: no file, reading only; <c>invalid</c>: everything is refused.</summary>
    public string? PolicyState { get; }

    /// <summary>Where the policy is looked for; null for a VM that may not know.</summary>
    public string? PolicyPath { get; }

    /// <summary>SHA-256 of the policy file; null without one.</summary>
    public string? PolicyDigest { get; }

    /// <summary>Line and reason of an invalid policy file.</summary>
    public string? PolicyReason { get; }

    /// <summary>When the agent found the policy as it is now, in this machine's time zone; null where an older agent does not tell.</summary>
    public DateTime? PolicyLoaded { get; }

    /// <summary>What works on this host.</summary>
    public string[] Capability { get; }

    /// <summary>What does not, each with the reason.</summary>
    public string[] MissingCapability { get; }

    /// <summary>Connections accepted since the start.</summary>
    public long? Connections { get; }

    /// <summary>Connections open at the moment.</summary>
    public long? OpenConnections { get; }

    /// <summary>Requests answered since the start.</summary>
    public long? Requests { get; }

    /// <summary>Requests running at the moment.</summary>
    public long? RunningRequests { get; }

    /// <summary>Bytes received from guests.</summary>
    public long? BytesReceived { get; }

    /// <summary>Bytes sent to guests.</summary>
    public long? BytesSent { get; }

    /// <summary>Tools of the host that were started.</summary>
    public long? ToolsStarted { get; }

    /// <summary>Errors answered, by error id; null where the VM may not know.</summary>
    public IDictionary? Errors { get; }

    /// <summary>Memory that the agent uses, in bytes.</summary>
    public long? ResidentBytes { get; }

    /// <summary>Threads of the agent.</summary>
    public long? Threads { get; }

    /// <summary>Open files, pipes and sockets of the agent.</summary>
    public long? OpenDescriptors { get; }

    /// <summary>The host's name.</summary>
    public override string ToString() => HostName ?? string.Empty;

    private static List<CapabilityStatus> Those(IReadOnlyList<CapabilityStatus> capabilities, bool available)
    {
        var those = new List<CapabilityStatus>(capabilities.Count);
        foreach (CapabilityStatus capability in capabilities)
        {
            if (capability.Available == available)
            {
                those.Add(capability);
            }
        }

        return those;
    }

    private static OrderedDictionary? Counted(IReadOnlyList<ErrorCount>? errors)
    {
        if (errors is null)
        {
            return null;
        }

        var counted = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (ErrorCount error in errors)
        {
            counted[error.Kind ?? string.Empty] = error.Count;
        }

        return counted;
    }
}
