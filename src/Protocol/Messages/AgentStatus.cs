using System;
using System.Collections.Generic;
using System.Text.Json;

namespace EsxAgent.Protocol.Messages;

/// <summary>
/// Answer to <c>agent/status</c>. A VM without the right to it sees its own part: everything but <see cref="Endpoints"/>, <see cref="Counters"/> and
/// <see cref="Process"/>, which tell of others too and are null or empty then.
/// </summary>
public sealed record AgentStatus : IWireObject
{
    /// <summary>The agent's version.</summary>
    public string? Version { get; init; }

    /// <summary>The commit it was built from; null where that was not known.</summary>
    public string? Commit { get; init; }

    /// <summary>When the agent was started, UTC.</summary>
    public DateTime? StartTime { get; init; }

    /// <summary>Seconds since then.</summary>
    public long UptimeSeconds { get; init; }

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = Array.Empty<string>();

    /// <summary>The policy in force.</summary>
    public PolicyStatus? Policy { get; init; }

    /// <summary>Every capability, with the reason for each one that is missing.</summary>
    public IReadOnlyList<CapabilityStatus> Capabilities { get; init; } = Array.Empty<CapabilityStatus>();

    /// <summary>What was counted since the start.</summary>
    public AgentCounters? Counters { get; init; }

    /// <summary>What the process uses at the moment.</summary>
    public ProcessUsage? Process { get; init; }

    /// <summary>The agent in a few words. The form that a record has of itself would bring the library's formatting of times along.</summary>
    public override string ToString() => $"esxagent {Version}";

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("version"u8, Version);
        writer.WriteValue("commit"u8, Commit);
        writer.WriteValue("startTime"u8, StartTime);
        writer.WriteNumber("uptimeSeconds"u8, UptimeSeconds);
        writer.WriteValue("endpoints"u8, Endpoints);
        writer.WriteObject("policy"u8, Policy);
        writer.WriteArray("capabilities"u8, Capabilities);
        writer.WriteObject("counters"u8, Counters);
        writer.WriteObject("process"u8, Process);
        writer.WriteEndObject();
    }
}

/// <summary>The policy in force.</summary>
/// <param name="State"><c>loaded</c>; <c>absent</c>: no file, reading only; <c>invalid</c>: everything is refused.</param>
/// <param name="Path">Where it is looked for; null for a VM that may not know.</param>
/// <param name="Digest">SHA-256 of the file in hexadecimal; null without one.</param>
/// <param name="Reason">Line and reason of an invalid file.</param>
public sealed record PolicyStatus(string? State, string? Path, string? Digest, string? Reason) : IWireObject
{
    /// <summary>
    /// When the agent found the file as it is now, or that there is none, UTC; null where an older agent does not tell. It looks at the file at most a second before
    /// each request.
    /// </summary>
    public DateTime? LoadedTime { get; init; }

    /// <summary>The state in one word. The form that a record has of itself would bring the library's formatting of times along.</summary>
    public override string ToString() => $"policy {State}";

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("state"u8, State);
        writer.WriteValue("path"u8, Path);
        writer.WriteValue("digest"u8, Digest);
        writer.WriteValue("reason"u8, Reason);
        writer.WriteValue("loadedTime"u8, LoadedTime);
        writer.WriteEndObject();
    }
}

/// <summary>One capability.</summary>
/// <param name="Name">For example <c>hostInfo</c>.</param>
/// <param name="Available">True where it works on this host.</param>
/// <param name="Reason">Why not; null where it does.</param>
public sealed record CapabilityStatus(string? Name, bool Available, string? Reason) : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("name"u8, Name);
        writer.WriteBoolean("available"u8, Available);
        writer.WriteValue("reason"u8, Reason);
        writer.WriteEndObject();
    }
}

/// <summary>What the agent counted since its start.</summary>
public sealed record AgentCounters : IWireObject
{
    /// <summary>Connections accepted.</summary>
    public long Connections { get; init; }

    /// <summary>Connections open at the moment.</summary>
    public long OpenConnections { get; init; }

    /// <summary>Requests answered.</summary>
    public long Requests { get; init; }

    /// <summary>Requests running at the moment.</summary>
    public long RunningRequests { get; init; }

    /// <summary>Bytes received from guests.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes sent to guests.</summary>
    public long BytesSent { get; init; }

    /// <summary>Tools of the host that were started.</summary>
    public long ToolsStarted { get; init; }

    /// <summary>Errors answered, by kind; kinds that never occurred are left out.</summary>
    public IReadOnlyList<ErrorCount> Errors { get; init; } = Array.Empty<ErrorCount>();

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("connections"u8, Connections);
        writer.WriteNumber("openConnections"u8, OpenConnections);
        writer.WriteNumber("requests"u8, Requests);
        writer.WriteNumber("runningRequests"u8, RunningRequests);
        writer.WriteNumber("bytesReceived"u8, BytesReceived);
        writer.WriteNumber("bytesSent"u8, BytesSent);
        writer.WriteNumber("toolsStarted"u8, ToolsStarted);
        writer.WriteArray("errors"u8, Errors);
        writer.WriteEndObject();
    }
}

/// <summary>How often a kind of error was answered.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="Count">How often.</param>
public sealed record ErrorCount(string? Kind, long Count) : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("kind"u8, Kind);
        writer.WriteNumber("count"u8, Count);
        writer.WriteEndObject();
    }
}

/// <summary>What the agent's process uses at the moment; null where the system does not tell.</summary>
/// <param name="ResidentBytes">Memory in RAM.</param>
/// <param name="Threads">Threads that the agent itself has started and not ended.</param>
/// <param name="OpenDescriptors">Open files, pipes and sockets.</param>
public sealed record ProcessUsage(long? ResidentBytes, long? Threads, long? OpenDescriptors) : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("residentBytes"u8, ResidentBytes);
        writer.WriteValue("threads"u8, Threads);
        writer.WriteValue("openDescriptors"u8, OpenDescriptors);
        writer.WriteEndObject();
    }
}

/// <summary>Answer to <c>agent/metrics</c>.</summary>
/// <param name="Text">OpenMetrics text, ready for a scraper.</param>
public sealed record AgentMetrics(string? Text) : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("text"u8, Text);
        writer.WriteEndObject();
    }
}
