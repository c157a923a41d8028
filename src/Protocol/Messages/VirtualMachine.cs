using System;
using System.Collections.Generic;
using System.Text.Json;

namespace EsxAgent.Protocol.Messages;

/// <summary>Answer to <c>vm/self</c>: a running VM as the host knows it, and what the policy allows it.</summary>
public sealed record VirtualMachine : IWireObject
{
    /// <summary>Display name: opaque, may hold anything.</summary>
    public string? Name { get; init; }

    /// <summary>BIOS uuid.</summary>
    public string? BiosUuid { get; init; }

    /// <summary>Uuid that vCenter gave; null without vCenter.</summary>
    public string? InstanceUuid { get; init; }

    /// <summary>Path of the .vmx file on the host.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>Label or uuid of the datastore where the .vmx lies; null where the path names none.</summary>
    public string? Datastore { get; init; }

    /// <summary>Cartel id of the VM's process on the host.</summary>
    public long? CartelId { get; init; }

    /// <summary>Leader of the VM's group of worlds.</summary>
    public long? WorldGroupLeader { get; init; }

    /// <summary>Context id of the vSocket; null on a Unix socket.</summary>
    public long? ContextId { get; init; }

    /// <summary>The policy's group that the VM belongs to.</summary>
    public string? Group { get; init; }

    /// <summary>The methods that the policy allows it, sorted.</summary>
    public IReadOnlyList<string> Rights { get; init; } = Array.Empty<string>();

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("name"u8, Name);
        writer.WriteValue("biosUuid"u8, BiosUuid);
        writer.WriteValue("instanceUuid"u8, InstanceUuid);
        writer.WriteValue("configPath"u8, ConfigPath);
        writer.WriteValue("datastore"u8, Datastore);
        writer.WriteValue("cartelId"u8, CartelId);
        writer.WriteValue("worldGroupLeader"u8, WorldGroupLeader);
        writer.WriteValue("contextId"u8, ContextId);
        writer.WriteValue("group"u8, Group);
        writer.WriteValue("rights"u8, Rights);
        writer.WriteEndObject();
    }
}
