using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;

namespace EsxAgent.Simulator.Host;

/// <summary>One entry of <c>datastores.json</c>.</summary>
internal sealed record Datastore
{
    /// <summary>The label; empty on a volume that has none.</summary>
    public required string Name { get; init; }

    /// <summary>The volume's uuid: the name of its directory, <c>3a621e6e-1f3492e8-29a5-6cc2172acba0</c>; on NFS two groups only.</summary>
    public required string Uuid { get; init; }

    /// <summary>The file system as esxcli names it: <c>VMFS-6</c>, <c>VMFS-5</c>, <c>NFS</c>, <c>vfat</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The size in bytes.</summary>
    public required long CapacityBytes { get; init; }

    /// <summary>What the file system itself takes, in bytes; it is never free.</summary>
    public required long ReservedBytes { get; init; }

    /// <summary>Whether the volume is reachable and mounted; one that is not is listed without sizes.</summary>
    public required bool Accessible { get; init; }

    /// <summary>Whether it is VMFS of any version.</summary>
    public bool IsVmfs => Type.StartsWith("VMFS", StringComparison.Ordinal);

    /// <summary>Whether disks on it can have sidecars.</summary>
    public bool HasSidecars => IsVmfs;

    /// <summary>The unit of allocation in bytes where it is another one than usual; 0 for the usual one.</summary>
    public long OwnBlockBytes { get; init; }

    /// <summary>The unit of allocation in bytes.</summary>
    public long BlockBytes => OwnBlockBytes > 0 ? OwnBlockBytes : IsVmfs ? 1 << 20 : 4096;

    /// <summary>The path as a host names it.</summary>
    public string MountPoint => "/vmfs/volumes/" + Uuid;

    /// <summary>
    /// Bytes that can still be written: the capacity less the reserve, the blocks of all files and what thick disks have reserved, whole blocks, never
    /// below zero.
    /// </summary>
    public long FreeBytes(HostDirectory host) => FreeBytes(UsedBytes(host));

    /// <summary>What is free where so many bytes are used.</summary>
    public long FreeBytes(long used) => Math.Max(0, (CapacityBytes - ReservedBytes - used) / BlockBytes * BlockBytes);

    /// <summary>The blocks of all files and what thick disks have reserved, in bytes.</summary>
    public long UsedBytes(HostDirectory host) => UsedSpace.Below(Path.Combine(host.Volumes, Uuid));

    /// <summary>Reads <c>datastores.json</c>, in the order of the file.</summary>
    /// <exception cref="SimulatorException">The file is missing or broken.</exception>
    public static IReadOnlyList<Datastore> ReadAll(HostDirectory host)
    {
        using JsonDocument json = JsonFile.Read(host.Datastores);
        var datastores = new List<Datastore>();
        foreach (JsonMembers one in JsonMembers.Each(host.Datastores, json.RootElement))
        {
            datastores.Add(new Datastore
            {
                Name = one.Text("name"),
                Uuid = one.Text("uuid"),
                Type = one.Text("type"),
                CapacityBytes = one.Number("capacityBytes"),
                ReservedBytes = one.Number("reservedBytes"),
                OwnBlockBytes = one.Has("blockBytes") ? one.Number("blockBytes") : 0,
                Accessible = one.Flag("accessible"),
            });
        }

        return datastores;
    }

    /// <summary>Writes <c>datastores.json</c>.</summary>
    public static void WriteAll(HostDirectory host, IEnumerable<Datastore> datastores) => JsonFile.Write(host.Datastores, json =>
    {
        json.WriteStartArray();
        foreach (Datastore one in datastores)
        {
            json.WriteStartObject();
            json.WriteString("name", one.Name);
            json.WriteString("uuid", one.Uuid);
            json.WriteString("type", one.Type);
            json.WriteNumber("capacityBytes", one.CapacityBytes);
            json.WriteNumber("reservedBytes", one.ReservedBytes);
            if (one.OwnBlockBytes > 0)
            {
                json.WriteNumber("blockBytes", one.OwnBlockBytes);
            }

            json.WriteBoolean("accessible", one.Accessible);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
