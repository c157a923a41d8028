using System;
using System.Collections.Generic;
using System.Text.Json;

namespace EsxAgent.Protocol.Messages;

/// <summary>Answer to <c>initialize</c>: who the host is, whom it sees calling, and what it can do for that VM.</summary>
public sealed record InitializeResult : IWireObject
{
    /// <summary>The version both sides speak from now on.</summary>
    public int ProtocolVersion { get; init; }

    /// <summary>The agent's build.</summary>
    public AgentInfo? AgentInfo { get; init; }

    /// <summary>The host under the VM.</summary>
    public HostSummary? Host { get; init; }

    /// <summary>The VM as the host sees it.</summary>
    public PeerIdentity? Peer { get; init; }

    /// <summary>What works on this host: the tool is there and the policy was read.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = Array.Empty<string>();

    /// <summary>What the agent keeps to.</summary>
    public SessionLimits? Limits { get; init; }

    /// <summary>Names the session in the host's log.</summary>
    public string? SessionId { get; init; }

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("protocolVersion"u8, ProtocolVersion);
        writer.WriteObject("agentInfo"u8, AgentInfo);
        writer.WriteObject("host"u8, Host);
        writer.WriteObject("peer"u8, Peer);
        writer.WriteValue("capabilities"u8, Capabilities);
        writer.WriteObject("limits"u8, Limits);
        writer.WriteValue("sessionId"u8, SessionId);
        writer.WriteEndObject();
    }
}

/// <summary>The agent's build.</summary>
/// <param name="Name"><c>esxagent</c>.</param>
/// <param name="Version">Its version.</param>
/// <param name="Commit">The commit it was built from; null where that was not known.</param>
public sealed record AgentInfo(string? Name, string? Version, string? Commit) : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("name"u8, Name);
        writer.WriteValue("version"u8, Version);
        writer.WriteValue("commit"u8, Commit);
        writer.WriteEndObject();
    }
}

/// <summary>Enough of the host to recognise it again, for example after the VM was moved.</summary>
/// <param name="Uuid">The hardware's uuid.</param>
/// <param name="HostName">Its name.</param>
/// <param name="Product">For example <c>VMware ESXi</c>.</param>
/// <param name="Version">For example <c>8.0.3</c>.</param>
/// <param name="Build">For example <c>24674464</c>.</param>
public sealed record HostSummary(string? Uuid, string? HostName, string? Product, string? Version, string? Build) : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("uuid"u8, Uuid);
        writer.WriteValue("hostName"u8, HostName);
        writer.WriteValue("product"u8, Product);
        writer.WriteValue("version"u8, Version);
        writer.WriteValue("build"u8, Build);
        writer.WriteEndObject();
    }
}

/// <summary>Who the host sees at the other end.</summary>
public sealed record PeerIdentity : IWireObject
{
    /// <summary><c>vm</c>, or <c>local</c> where the endpoint's configuration named the VM.</summary>
    public string? Kind { get; init; }

    /// <summary>Display name: opaque, may hold anything.</summary>
    public string? Name { get; init; }

    /// <summary>BIOS uuid.</summary>
    public string? BiosUuid { get; init; }

    /// <summary>Uuid that vCenter gave; null without vCenter.</summary>
    public string? InstanceUuid { get; init; }

    /// <summary>Path of the .vmx file on the host.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>Context id of the vSocket; null on a Unix socket.</summary>
    public long? ContextId { get; init; }

    /// <summary>The policy's group that the VM belongs to.</summary>
    public string? Group { get; init; }

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("kind"u8, Kind);
        writer.WriteValue("name"u8, Name);
        writer.WriteValue("biosUuid"u8, BiosUuid);
        writer.WriteValue("instanceUuid"u8, InstanceUuid);
        writer.WriteValue("configPath"u8, ConfigPath);
        writer.WriteValue("contextId"u8, ContextId);
        writer.WriteValue("group"u8, Group);
        writer.WriteEndObject();
    }
}

/// <summary>What the agent keeps to in this session.</summary>
public sealed record SessionLimits : IWireObject
{
    /// <summary>Bytes of a frame's header block.</summary>
    public int HeaderBytes { get; init; }

    /// <summary>Bytes of a body from the guest.</summary>
    public int RequestBytes { get; init; }

    /// <summary>Bytes of a body from the host.</summary>
    public int ResponseBytes { get; init; }

    /// <summary>Requests of one VM that may run at the same time.</summary>
    public int RunningRequests { get; init; }

    /// <summary>Connections that one VM may hold.</summary>
    public int Connections { get; init; }

    /// <summary>Milliseconds without a request after which the agent closes the connection.</summary>
    public int IdleMs { get; init; }

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("headerBytes"u8, HeaderBytes);
        writer.WriteNumber("requestBytes"u8, RequestBytes);
        writer.WriteNumber("responseBytes"u8, ResponseBytes);
        writer.WriteNumber("runningRequests"u8, RunningRequests);
        writer.WriteNumber("connections"u8, Connections);
        writer.WriteNumber("idleMs"u8, IdleMs);
        writer.WriteEndObject();
    }
}
