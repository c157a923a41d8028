using System.Text.Json;

namespace EsxAgent.Protocol.Messages;

/// <summary>An item of <c>host/datastores</c>.</summary>
public sealed record Datastore : IWireObject
{
    /// <summary>Label; null where the filesystem has none.</summary>
    public string? Name { get; init; }

    /// <summary>Uuid, as the host prints it.</summary>
    public string? Uuid { get; init; }

    /// <summary>For example <c>VMFS-6</c> or <c>NFS</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Mount point, for example <c>/vmfs/volumes/5f3c…</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Size in bytes; null where it could not be read.</summary>
    public long? CapacityBytes { get; init; }

    /// <summary>Free bytes; null where they could not be read.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>True where the host can read it at the moment.</summary>
    public bool Accessible { get; init; }

    /// <summary><c>mounted</c> or <c>unmounted</c>.</summary>
    public string? State { get; init; }

    /// <summary>True where volumes can be made on it.</summary>
    public bool Volumes { get; init; }

    /// <summary>True where disks on it can have file sidecars; null where the host could not tell.</summary>
    public bool? Sidecars { get; init; }

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("name"u8, Name);
        writer.WriteValue("uuid"u8, Uuid);
        writer.WriteValue("type"u8, Type);
        writer.WriteValue("path"u8, Path);
        writer.WriteValue("capacityBytes"u8, CapacityBytes);
        writer.WriteValue("freeBytes"u8, FreeBytes);
        writer.WriteBoolean("accessible"u8, Accessible);
        writer.WriteValue("state"u8, State);
        writer.WriteBoolean("volumes"u8, Volumes);
        writer.WriteValue("sidecars"u8, Sidecars);
        writer.WriteEndObject();
    }
}
