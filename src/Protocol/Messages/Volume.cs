using System;
using System.Collections.Generic;
using System.Text.Json;

namespace EsxAgent.Protocol.Messages;

/// <summary>A volume: one virtual disk in a directory of its own, with metadata. Answer to <c>volume/get</c> and most changes, item of <c>volume/list</c>.</summary>
public sealed record Volume : IWireObject
{
    /// <summary><c>name@datastore</c>: names the volume on its host for good, unless it is removed.</summary>
    public string? Id { get; init; }

    /// <summary>Uuid, given when it was made; null where its metadata cannot be read.</summary>
    public string? Uuid { get; init; }

    /// <summary>Name, unique within group and datastore without regard to case.</summary>
    public string? Name { get; init; }

    /// <summary>Label of the datastore; its uuid where it has no label.</summary>
    public string? Datastore { get; init; }

    /// <summary>The policy's group that it belongs to.</summary>
    public string? Group { get; init; }

    /// <summary>Path of its descriptor on the host.</summary>
    public string? Path { get; init; }

    /// <summary>Size that a guest sees, in bytes; null where the descriptor cannot be read.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>What it takes on the datastore, in bytes; null where its extent is missing.</summary>
    public long? AllocatedBytes { get; init; }

    /// <summary>How it is allocated, see <see cref="VolumeFormat"/>; null where that is not known.</summary>
    public string? Format { get; init; }

    /// <summary><c>readWrite</c> or <c>readOnly</c>, see <see cref="VolumeAccess"/>.</summary>
    public string? Access { get; init; }

    /// <summary>How it takes part in snapshots of the VM, see <see cref="VolumePersistence"/>.</summary>
    public string? Persistence { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTime? Created { get; init; }

    /// <summary>The VM that made it; null where the metadata cannot be read.</summary>
    public VolumeCreator? CreatedBy { get; init; }

    /// <summary>Labels: what users keep with it.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = EmptyLabels;

    /// <summary>
    /// Display name of the VM that it is attached to; null where it is attached to none, <c>unknown</c> where the host could not tell, or where the VM is of
    /// another group and the caller has no right to list all.
    /// </summary>
    public string? AttachedTo { get; init; }

    /// <summary>Why <see cref="AttachedTo"/> is not known.</summary>
    public string? AttachedReason { get; init; }

    /// <summary>Delta disks that stand on it.</summary>
    public int Snapshots { get; init; }

    /// <summary>
    /// See <see cref="VolumeState"/>. With <see cref="VolumeState.Unreadable"/>, in listings alone, this is no volume but stands for those of a datastore that cannot be
    /// looked through; besides <see cref="Datastore"/> and <see cref="Problem"/> nothing is told.
    /// </summary>
    public string? State { get; init; }

    /// <summary>What is wrong with one that is not ok, in one sentence.</summary>
    public string? Problem { get; init; }

    /// <summary>Its id. The form that a record has of itself would bring the library's formatting of times along.</summary>
    public override string ToString() => Id ?? string.Empty;

    private static readonly IReadOnlyDictionary<string, string> EmptyLabels = new Dictionary<string, string>();

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("id"u8, Id);
        writer.WriteValue("uuid"u8, Uuid);
        writer.WriteValue("name"u8, Name);
        writer.WriteValue("datastore"u8, Datastore);
        writer.WriteValue("group"u8, Group);
        writer.WriteValue("path"u8, Path);
        writer.WriteValue("sizeBytes"u8, SizeBytes);
        writer.WriteValue("allocatedBytes"u8, AllocatedBytes);
        writer.WriteValue("format"u8, Format);
        writer.WriteValue("access"u8, Access);
        writer.WriteValue("persistence"u8, Persistence);
        writer.WriteValue("created"u8, Created);
        writer.WriteObject("createdBy"u8, CreatedBy);
        writer.WriteValue("labels"u8, Labels);
        writer.WriteValue("attachedTo"u8, AttachedTo);
        writer.WriteValue("attachedReason"u8, AttachedReason);
        writer.WriteNumber("snapshots"u8, Snapshots);
        writer.WriteValue("state"u8, State);
        writer.WriteValue("problem"u8, Problem);
        writer.WriteEndObject();
    }
}

/// <summary>The VM that made a volume, as it was then.</summary>
/// <param name="Name">Display name.</param>
/// <param name="Uuid">Instance uuid; the BIOS uuid where there is no vCenter.</param>
public sealed record VolumeCreator(string? Name, string? Uuid) : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("name"u8, Name);
        writer.WriteValue("uuid"u8, Uuid);
        writer.WriteEndObject();
    }
}

/// <summary>The words for how a disk is allocated.</summary>
public static class VolumeFormat
{
    /// <summary>Blocks are taken when they are first written.</summary>
    public const string Thin = "thin";

    /// <summary>Blocks are taken when the disk is made, and zeroed when they are first written.</summary>
    public const string ZeroedThick = "zeroedThick";

    /// <summary>Blocks are taken and zeroed when the disk is made.</summary>
    public const string EagerZeroedThick = "eagerZeroedThick";
}

/// <summary>The words for who may write.</summary>
public static class VolumeAccess
{
    /// <summary>Guests may read and write.</summary>
    public const string ReadWrite = "readWrite";

    /// <summary>Guests may only read.</summary>
    public const string ReadOnly = "readOnly";
}

/// <summary>The words for how a disk takes part in snapshots: the modes of a virtual disk.</summary>
public static class VolumePersistence
{
    /// <summary>Part of the VM's snapshots.</summary>
    public const string Persistent = "persistent";

    /// <summary>Never part of a snapshot; writes stay.</summary>
    public const string IndependentPersistent = "independentPersistent";

    /// <summary>Never part of a snapshot; writes are lost when the VM is powered off.</summary>
    public const string IndependentNonPersistent = "independentNonPersistent";
}

/// <summary>The words for the state of a volume.</summary>
public static class VolumeState
{
    /// <summary>Everything is there and fits.</summary>
    public const string Ok = "ok";

    /// <summary>Something is missing or does not fit.</summary>
    public const string Damaged = "damaged";

    /// <summary>It was looked at in the middle of a change.</summary>
    public const string Staging = "staging";

    /// <summary>The datastore cannot be looked through.</summary>
    public const string Unreadable = "unreadable";
}
