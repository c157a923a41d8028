using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using EsxAgent.Simulator.Profiles;

namespace EsxAgent.Simulator.Host;

/// <summary>Makes a simulated host of a profile.</summary>
internal sealed class HostBuilder
{
    // What VMFS-6 takes for itself on a volume of common size; less on a small one.
    private const long MostReserved = 1_504_247_808;
    private const long LeastCapacity = 1L << 20;
    private const long MostCapacity = 64L << 40;
    private static readonly string[] DatastoreTypes = ["VMFS-6", "VMFS-5", "NFS"];
    private static readonly TimeSpan UptimeAtStart = new(3, 4, 5, 6);

    private readonly Profile _profile;
    private readonly List<Datastore> _datastores = [];
    private readonly List<string> _machines = [];

    /// <summary>Starts a host of a profile.</summary>
    /// <exception cref="SimulatorException">There is no such profile.</exception>
    public HostBuilder(string profile) => _profile = Profile.Load(profile);

    /// <summary>The profile's name.</summary>
    public string ProfileName => _profile.Name;

    /// <summary>Whether counters grow while the host runs.</summary>
    public bool HasTraffic { get; init; }

    /// <summary>Adds a datastore.</summary>
    /// <param name="name">The label.</param>
    /// <param name="capacityBytes">The size in bytes.</param>
    /// <param name="type">The file system; null: VMFS-6.</param>
    /// <exception cref="SimulatorException">A value cannot be used.</exception>
    public void AddDatastore(string name, long capacityBytes, string? type = null)
    {
        type ??= DatastoreTypes[0];
        if (Array.IndexOf(DatastoreTypes, type) < 0)
        {
            throw SimulatorException.Usage($"there is no datastore type '{type}'; choose one of {string.Join(", ", DatastoreTypes)}");
        }

        if (name is "" or "." or ".." || name.Contains('/', StringComparison.Ordinal) || name.AsSpan().ContainsAnyInRange('\0', '\x1f')
            || Encoding.UTF8.GetByteCount(name) > 255)
        {
            throw SimulatorException.Usage($"'{name}' cannot name a datastore; a label has no slash and no control character");
        }

        if (capacityBytes is < LeastCapacity or > MostCapacity)
        {
            throw SimulatorException.Usage($"datastore '{name}' cannot have {capacityBytes} bytes; choose from 1MB to 64TB");
        }

        if (_datastores.Exists(one => one.Name == name))
        {
            throw SimulatorException.Usage($"there are two datastores '{name}'; give each a name of its own");
        }

        _datastores.Add(new Datastore
        {
            Name = name,
            Uuid = VolumeUuid(type, _profile.Name, name),
            Type = type,
            CapacityBytes = capacityBytes,
            ReservedBytes = type == "NFS" ? 0 : Math.Min(MostReserved, capacityBytes / 64) >> 20 << 20,
            Accessible = true,
        });
    }

    /// <summary>Adds a running virtual machine.</summary>
    public void AddVirtualMachine(string name) => _machines.Add(name);

    /// <summary>Makes the host.</summary>
    /// <param name="directory">The directory: it must not exist, or be empty.</param>
    /// <param name="executable">The executable to copy into it; null where it cannot be told.</param>
    /// <returns>The absolute path.</returns>
    /// <exception cref="SimulatorException">The place is taken or cannot be written.</exception>
    public string Build(string directory, string? executable) => HostPlace.Make(directory, executable, Fill);

    private void Fill(HostDirectory host)
    {
        Facts().Write(host);
        FillVolumes(host);
        IEnumerable<VsiNode> nodes = _profile.Nodes(ProfileScope.Host, HostVariables());
        VsiWriter.Write(host.Vsi, nodes.Where(node => HasTraffic || node.Kind != VsiNodeKind.Rates));
        Directory.CreateDirectory(Path.Combine(host.Vsi, "vm"));
        var inventory = new Inventory(host, _profile.Name);
        foreach (string name in _machines)
        {
            inventory.Add(name);
        }
    }

    private void FillVolumes(HostDirectory host)
    {
        foreach (Datastore one in _datastores)
        {
            Directory.CreateDirectory(Path.Combine(host.Volumes, one.Uuid));
            File.CreateSymbolicLink(Path.Combine(host.Volumes, one.Name), one.Uuid);
            if (one.IsVmfs)
            {
                VsiWriter.Write(host.Vsi, _profile.Nodes(ProfileScope.Datastore, new Dictionary<string, string>
                {
                    ["label"] = one.Name,
                    ["volume"] = one.Uuid,
                    ["blockBytes"] = one.BlockBytes.ToString(CultureInfo.InvariantCulture),
                    ["major"] = one.Type == "VMFS-6" ? "24" : "14",
                }));
            }
        }

        Datastore.WriteAll(host, _datastores);
    }

    private HostFacts Facts()
    {
        DateTime now = DateTime.UtcNow;
        string hostName = _profile.Value("hostName");
        return new HostFacts
        {
            Profile = _profile.Name,
            HostName = hostName,
            Domain = _profile.Value("domain"),
            Uuid = VmwareUuid.FromNames([], "system", _profile.Name, hostName).Hyphenated,
            Product = _profile.Value("product"),
            Version = _profile.Value("version"),
            ReleaseName = _profile.Value("releaseName"),
            Update = (int)_profile.Number("update"),
            Patch = (int)_profile.Number("patch"),
            Build = _profile.Value("build"),
            ReleaseDate = _profile.Value("releaseDate"),
            BootTime = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)) - UptimeAtStart,
            MaintenanceMode = false,
            Hardware = new HardwareFacts
            {
                Vendor = _profile.Value("vendor"),
                Model = _profile.Value("model"),
                SerialNumber = _profile.Value("serialNumber"),
                AssetTag = _profile.Value("assetTag"),
                Uuid = BoardUuid().Hyphenated,
                CpuPackages = (int)_profile.Number("packages"),
                CpuCores = (int)_profile.Number("cores"),
                CpuThreads = (int)_profile.Number("threads"),
                MemoryBytes = _profile.Number("memoryKB") * 1024,
                NumaNodes = (int)_profile.Number("numaNodes"),
            },
        };
    }

    private Dictionary<string, string> HostVariables() => new() { ["boardUuidArray"] = BoardUuid().ArrayLines };

    private VmwareUuid BoardUuid() => VmwareUuid.FromNames([], "board", _profile.Name, _profile.Value("serialNumber"));

    private static string VolumeUuid(string type, params ReadOnlySpan<string> names)
    {
        string hex = Convert.ToHexStringLower(StableId.Bytes(names));
        return type == "NFS" ? $"{hex[..8]}-{hex[8..16]}" : $"{hex[..8]}-{hex[8..16]}-{hex[16..20]}-{hex[20..]}";
    }
}
