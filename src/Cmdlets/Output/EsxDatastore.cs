using EsxAgent.Protocol.Messages;

namespace EsxAgent;

/// <summary>A datastore of the host.</summary>
public sealed class EsxDatastore
{
    internal EsxDatastore(Datastore datastore, string? hostName)
    {
        Name = datastore.Name;
        Type = datastore.Type;
        CapacityBytes = datastore.CapacityBytes;
        FreeSpaceBytes = datastore.FreeBytes;
        Accessible = datastore.Accessible;
        State = datastore.State;
        Path = datastore.Path;
        Uuid = datastore.Uuid;
        VolumeSupported = datastore.Volumes;
        SidecarSupported = datastore.Sidecars;
        HostName = hostName;
    }

    /// <summary>Label; null where the filesystem has none.</summary>
    public string? Name { get; }

    /// <summary>For example <c>VMFS-6</c> or <c>NFS</c>.</summary>
    public string? Type { get; }

    /// <summary>Size in bytes; null where it could not be read.</summary>
    public long? CapacityBytes { get; }

    /// <summary>Size in GB; null where it could not be read.</summary>
    public decimal? CapacityGB => Gigabytes.Of(CapacityBytes);

    /// <summary>Free bytes; null where they could not be read.</summary>
    public long? FreeSpaceBytes { get; }

    /// <summary>Free space in GB; null where it could not be read.</summary>
    public decimal? FreeSpaceGB => Gigabytes.Of(FreeSpaceBytes);

    /// <summary>True where the host can read it at the moment.</summary>
    public bool Accessible { get; }

    /// <summary><c>mounted</c> or <c>unmounted</c>.</summary>
    public string? State { get; }

    /// <summary>Mount point on the host.</summary>
    public string? Path { get; }

    /// <summary>Uuid, as the host prints it.</summary>
    public string? Uuid { get; }

    /// <summary>True where volumes can be made on it.</summary>
    public bool VolumeSupported { get; }

    /// <summary>True where disks on it can have sidecars; null where the host could not tell.</summary>
    public bool? SidecarSupported { get; }

    /// <summary>Name of the host that was asked.</summary>
    public string? HostName { get; }

    /// <summary>The name; the uuid where there is none.</summary>
    public override string ToString() => Name ?? Uuid ?? string.Empty;
}
