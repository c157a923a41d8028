using System;
using System.Collections;
using EsxAgent.Protocol.Messages;

namespace EsxAgent;

/// <summary>A volume: a virtual disk on a datastore of the host, with metadata of its own. What could not be read of a damaged one is null.</summary>
public sealed class VmdkVolume
{
    internal VmdkVolume(Volume volume, string? hostName)
    {
        Id = volume.Id;
        Name = volume.Name;
        Datastore = volume.Datastore;
        Path = volume.Path;
        Uuid = volume.Uuid;
        Group = volume.Group;
        CapacityBytes = volume.SizeBytes;
        UsedBytes = volume.AllocatedBytes;
        StorageFormat = VolumeWords.Format(volume.Format);
        Access = VolumeWords.Capitalized(volume.Access);
        Persistence = VolumeWords.Capitalized(volume.Persistence);
        State = VolumeWords.Capitalized(volume.State);
        Problem = volume.Problem;
        AttachedTo = volume.AttachedTo;
        AttachedReason = volume.AttachedReason;
        SnapshotCount = volume.Snapshots;
        Created = volume.Created?.ToLocalTime();
        CreatedBy = volume.CreatedBy?.Name;
        CreatedByUuid = volume.CreatedBy?.Uuid;
        Label = VolumeLabels.Of(volume.Labels);
        HostName = hostName;
    }

    /// <summary><c>name@datastore</c>: what the volume is named by.</summary>
    public string? Id { get; }

    /// <summary>Name, unique on its datastore without regard to case.</summary>
    public string? Name { get; }

    /// <summary>Label of its datastore; the uuid where that has none.</summary>
    public string? Datastore { get; }

    /// <summary>Path of its descriptor on the host.</summary>
    public string? Path { get; }

    /// <summary>Uuid, given when it was made.</summary>
    public string? Uuid { get; }

    /// <summary>The policy's group that it belongs to.</summary>
    public string? Group { get; }

    /// <summary>Size that a guest sees, in bytes.</summary>
    public long? CapacityBytes { get; }

    /// <summary>Size that a guest sees, in GB.</summary>
    public decimal? CapacityGB => Gigabytes.Of(CapacityBytes);

    /// <summary>What it takes on the datastore, in bytes.</summary>
    public long? UsedBytes { get; }

    /// <summary>What it takes on the datastore, in GB.</summary>
    public decimal? UsedGB => Gigabytes.Of(UsedBytes);

    /// <summary><c>Thin</c>, <c>Thick</c> or <c>EagerZeroedThick</c>.</summary>
    public string? StorageFormat { get; }

    /// <summary><c>ReadWrite</c> or <c>ReadOnly</c>.</summary>
    public string? Access { get; }

    /// <summary><c>Persistent</c>, <c>IndependentPersistent</c> or <c>IndependentNonPersistent</c>.</summary>
    public string? Persistence { get; }

    /// <summary><c>Ok</c> or <c>Damaged</c>; <c>Staging</c> in the middle of a change.</summary>
    public string? State { get; }

    /// <summary>What is wrong with one that is not ok.</summary>
    public string? Problem { get; }

    /// <summary>
    /// Name of the virtual machine that it is attached to; null where there is none; <c>unknown</c> where the host could not tell, or where it is one of
    /// another group.
    /// </summary>
    public string? AttachedTo { get; }

    /// <summary>Why <see cref="AttachedTo"/> is not known.</summary>
    public string? AttachedReason { get; }

    /// <summary>Delta disks of snapshots that stand on it.</summary>
    public int SnapshotCount { get; }

    /// <summary>When it was made, in this machine's time zone.</summary>
    public DateTime? Created { get; }

    /// <summary>Name that the virtual machine had that made it.</summary>
    public string? CreatedBy { get; }

    /// <summary>Uuid of that virtual machine.</summary>
    public string? CreatedByUuid { get; }

    /// <summary>Labels: what users keep with it.</summary>
    public IDictionary Label { get; }

    /// <summary>Name of the host that was asked.</summary>
    public string? HostName { get; }

    /// <summary>The id.</summary>
    public override string ToString() => Id ?? string.Empty;
}
