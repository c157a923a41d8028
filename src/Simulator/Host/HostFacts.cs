using System;
using System.Globalization;
using System.Text.Json;

namespace EsxAgent.Simulator.Host;

/// <summary>What <c>host.json</c> holds: who the host is. Tools other than vsish answer from here.</summary>
internal sealed record HostFacts
{
    /// <summary>The simulated release: <c>6.7</c>, <c>7.0</c> or <c>8.0</c>. It chooses how the nodes of a virtual machine are worded.</summary>
    public required string Profile { get; init; }

    /// <summary>The host's name without the domain.</summary>
    public required string HostName { get; init; }

    /// <summary>The DNS domain; may be empty.</summary>
    public required string Domain { get; init; }

    /// <summary>The system uuid, with hyphens.</summary>
    public required string Uuid { get; init; }

    /// <summary>The product as <c>vmware -v</c> names it: <c>VMware ESXi</c>.</summary>
    public required string Product { get; init; }

    /// <summary>The version in three numbers: <c>8.0.3</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The second line of <c>vmware -vl</c>: <c>VMware ESXi 8.0 Update 3</c>.</summary>
    public required string ReleaseName { get; init; }

    /// <summary>The update number; 0 for a first release.</summary>
    public required int Update { get; init; }

    /// <summary>The patch level that <c>esxcli system version get</c> shows.</summary>
    public required int Patch { get; init; }

    /// <summary>The build number, digits only.</summary>
    public required string Build { get; init; }

    /// <summary>The day the build was released, <c>yyyy-MM-dd</c>.</summary>
    public required string ReleaseDate { get; init; }

    /// <summary>When the host started; the uptime is counted from here.</summary>
    public required DateTime BootTime { get; init; }

    /// <summary>Whether the host is in maintenance mode.</summary>
    public required bool MaintenanceMode { get; init; }

    /// <summary>What the machine is made of.</summary>
    public required HardwareFacts Hardware { get; init; }

    /// <summary>How the tools treat disks; a file without it has the defaults.</summary>
    public DiskSettings Disks { get; init; } = new();

    /// <summary>The name with its domain.</summary>
    public string FullName => Domain.Length == 0 ? HostName : $"{HostName}.{Domain}";

    /// <summary>What <c>vmware -vl</c> prints.</summary>
    public string Release => $"{Product} {Version} build-{Build}\n{ReleaseName}\n";

    /// <summary>Reads <c>host.json</c>.</summary>
    /// <exception cref="SimulatorException">The file is missing, no JSON, or lacks a member.</exception>
    public static HostFacts Read(HostDirectory host)
    {
        using JsonDocument json = JsonFile.Read(host.HostFacts);
        var reader = new JsonMembers(host.HostFacts, json.RootElement);
        JsonMembers hardware = reader.Object("hardware");
        return new HostFacts
        {
            Profile = reader.Text("profile"),
            HostName = reader.Text("hostName"),
            Domain = reader.Text("domain"),
            Uuid = reader.Text("uuid"),
            Product = reader.Text("product"),
            Version = reader.Text("version"),
            ReleaseName = reader.Text("releaseName"),
            Update = (int)reader.Number("update"),
            Patch = (int)reader.Number("patch"),
            Build = reader.Text("build"),
            ReleaseDate = reader.Text("releaseDate"),
            BootTime = reader.Time("bootTime"),
            MaintenanceMode = reader.Flag("maintenanceMode"),
            Hardware = new HardwareFacts
            {
                Vendor = hardware.Text("vendor"),
                Model = hardware.Text("model"),
                SerialNumber = hardware.Text("serialNumber"),
                AssetTag = hardware.Text("assetTag"),
                Uuid = hardware.Text("uuid"),
                CpuPackages = (int)hardware.Number("cpuPackages"),
                CpuCores = (int)hardware.Number("cpuCores"),
                CpuThreads = (int)hardware.Number("cpuThreads"),
                MemoryBytes = hardware.Number("memoryBytes"),
                NumaNodes = (int)hardware.Number("numaNodes"),
            },
            Disks = reader.OptionalObject("disks") is { } disks ? DiskSettings.Read(disks) : new DiskSettings(),
        };
    }

    /// <summary>Writes <c>host.json</c>.</summary>
    public void Write(HostDirectory host) => JsonFile.Write(host.HostFacts, json =>
    {
        json.WriteStartObject();
        json.WriteString("profile", Profile);
        json.WriteString("hostName", HostName);
        json.WriteString("domain", Domain);
        json.WriteString("uuid", Uuid);
        json.WriteString("product", Product);
        json.WriteString("version", Version);
        json.WriteString("releaseName", ReleaseName);
        json.WriteNumber("update", Update);
        json.WriteNumber("patch", Patch);
        json.WriteString("build", Build);
        json.WriteString("releaseDate", ReleaseDate);
        json.WriteString("bootTime", BootTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteBoolean("maintenanceMode", MaintenanceMode);
        json.WriteStartObject("hardware");
        json.WriteString("vendor", Hardware.Vendor);
        json.WriteString("model", Hardware.Model);
        json.WriteString("serialNumber", Hardware.SerialNumber);
        json.WriteString("assetTag", Hardware.AssetTag);
        json.WriteString("uuid", Hardware.Uuid);
        json.WriteNumber("cpuPackages", Hardware.CpuPackages);
        json.WriteNumber("cpuCores", Hardware.CpuCores);
        json.WriteNumber("cpuThreads", Hardware.CpuThreads);
        json.WriteNumber("memoryBytes", Hardware.MemoryBytes);
        json.WriteNumber("numaNodes", Hardware.NumaNodes);
        json.WriteEndObject();
        Disks.Write(json);
        json.WriteEndObject();
    });
}
