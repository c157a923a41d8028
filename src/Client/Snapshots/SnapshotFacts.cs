using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client.Snapshots;

/// <summary>
/// The files of a simulated host that say who it is, made of what the agent answers; docs/simulator.md describes them. What the guest cannot know (asset tag,
/// patch level) is empty or 0.
/// </summary>
internal static class SnapshotFacts
{
    private const string UnknownUuid = "00000000-0000-0000-0000-000000000000";
    private const long LargestBlock = 1 << 20;

    /// <summary>Writes <c>host.json</c>.</summary>
    public static void WriteHost(Utf8JsonWriter json, HostInfo info)
    {
        string fullName = info.HostName ?? string.Empty;
        int dot = fullName.IndexOf('.', StringComparison.Ordinal);
        json.WriteStartObject();
        json.WriteString("profile", ProfileOf(info.Version));
        json.WriteString("hostName", dot < 0 ? fullName : fullName[..dot]);
        json.WriteString("domain", dot < 0 ? string.Empty : fullName[(dot + 1)..]);
        json.WriteString("uuid", info.Uuid ?? UnknownUuid);
        json.WriteString("product", info.Product ?? string.Empty);
        json.WriteString("version", info.Version ?? string.Empty);
        json.WriteString("releaseName", info.Update ?? string.Empty);
        json.WriteNumber("update", UpdateOf(info.Update));
        json.WriteNumber("patch", 0);
        json.WriteString("build", info.Build ?? string.Empty);
        json.WriteString("releaseDate", string.Empty);
        json.WriteString("bootTime", (info.BootTime ?? DateTime.UtcNow).ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteBoolean("maintenanceMode", info.MaintenanceMode == true);
        json.WriteStartObject("hardware");
        json.WriteString("vendor", info.Vendor ?? string.Empty);
        json.WriteString("model", info.Model ?? string.Empty);
        json.WriteString("serialNumber", info.SerialNumber ?? string.Empty);
        json.WriteString("assetTag", string.Empty);
        json.WriteString("uuid", info.Uuid ?? UnknownUuid);
        json.WriteNumber("cpuPackages", info.CpuPackages ?? 0);
        json.WriteNumber("cpuCores", info.CpuCores ?? 0);
        json.WriteNumber("cpuThreads", info.CpuThreads ?? 0);
        json.WriteNumber("memoryBytes", info.MemoryBytes ?? 0);
        json.WriteNumber("numaNodes", info.NumaNodes ?? 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>
    /// Writes <c>datastores.json</c>. The files on a datastore are no part of a snapshot: what they take is counted as taken by the file system itself.
    /// </summary>
    public static void WriteDatastores(Utf8JsonWriter json, IReadOnlyList<Datastore> datastores)
    {
        json.WriteStartArray();
        foreach (Datastore datastore in datastores)
        {
            long capacity = datastore.CapacityBytes ?? 0;
            long free = Math.Clamp(datastore.FreeBytes ?? 0, 0, capacity);
            json.WriteStartObject();
            json.WriteString("name", datastore.Name ?? string.Empty);
            json.WriteString("uuid", datastore.Uuid);
            json.WriteString("type", datastore.Type ?? string.Empty);
            json.WriteNumber("capacityBytes", capacity);
            json.WriteNumber("reservedBytes", capacity - free);
            json.WriteNumber("blockBytes", BlockOf(capacity | free));
            json.WriteBoolean("accessible", datastore.Accessible);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the <c>vm.json</c> of a running virtual machine.</summary>
    public static void WriteMachine(Utf8JsonWriter json, VirtualMachine machine, int number)
    {
        json.WriteStartObject();
        json.WriteString("name", machine.Name);
        json.WriteNumber("vmid", number);
        json.WriteNumber("cartelId", machine.CartelId ?? 0);
        json.WriteNumber("worldGroupLeader", machine.WorldGroupLeader ?? 0);
        json.WriteNumber("contextId", machine.ContextId ?? 0);
        json.WriteString("biosUuid", machine.BiosUuid ?? string.Empty);
        json.WriteString("instanceUuid", machine.InstanceUuid ?? string.Empty);
        json.WriteString("vmx", machine.ConfigPath ?? string.Empty);
        json.WriteString("powerState", "poweredOn");
        json.WriteEndObject();
    }

    /// <summary>The release whose wording the tools have.</summary>
    private static string ProfileOf(string? version) =>
        version is null || !int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major) ? "8.0"
        : major <= 6 ? "6.7"
        : major == 7 ? "7.0"
        : "8.0";

    /// <summary>The number in <c>VMware ESXi 8.0 Update 3</c>.</summary>
    private static int UpdateOf(string? release)
    {
        string[] words = (release ?? string.Empty).Split(' ');
        int index = Array.IndexOf(words, "Update");
        string word = index >= 0 && index + 1 < words.Length ? words[index + 1] : string.Empty;
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
    }

    /// <summary>The largest block that both sizes are multiples of, so that the simulated tool, which counts in blocks, gives them exactly.</summary>
    private static long BlockOf(long sizes) => sizes == 0 ? LargestBlock : Math.Min(LargestBlock, sizes & -sizes);
}
