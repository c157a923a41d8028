using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.Json;

namespace EsxAgent.Simulator.Host;

/// <summary>A virtual machine of the simulated host: what <c>vms/&lt;vmid&gt;/vm.json</c> holds.</summary>
internal sealed record VirtualMachine
{
    /// <summary>The display name: any text of one line. It is opaque and never a key.</summary>
    public required string Name { get; init; }

    /// <summary>The id in the inventory, from 1 up.</summary>
    public required int VmId { get; init; }

    /// <summary>The id of the process group of its vmx; what a vSocket of the host tells of a caller.</summary>
    public required int CartelId { get; init; }

    /// <summary>The world that leads its virtual processors.</summary>
    public required int WorldGroupLeader { get; init; }

    /// <summary>The vSocket context id of the guest.</summary>
    public required uint ContextId { get; init; }

    /// <summary>The BIOS uuid, with hyphens.</summary>
    public required string BiosUuid { get; init; }

    /// <summary>The instance uuid that a vCenter gave, with hyphens; empty where no vCenter ever managed it.</summary>
    public required string InstanceUuid { get; init; }

    /// <summary>The configuration file as the host names it: <c>/vmfs/volumes/&lt;uuid&gt;/&lt;name&gt;/&lt;name&gt;.vmx</c>.</summary>
    public required string Vmx { get; init; }

    /// <summary>Whether it runs; only a running one has nodes in vsish.</summary>
    public required bool PoweredOn { get; init; }

    /// <summary>Reads all virtual machines, by id.</summary>
    /// <exception cref="SimulatorException">A vm.json is missing or broken.</exception>
    public static List<VirtualMachine> ReadAll(HostDirectory host)
    {
        var machines = new List<VirtualMachine>();
        if (!Directory.Exists(host.Vms))
        {
            return machines;
        }

        foreach (string directory in Directory.EnumerateDirectories(host.Vms))
        {
            string path = Path.Combine(directory, "vm.json");
            using JsonDocument json = JsonFile.Read(path);
            var reader = new JsonMembers(path, json.RootElement);
            machines.Add(new VirtualMachine
            {
                Name = reader.Text("name"),
                VmId = (int)reader.Number("vmid"),
                CartelId = (int)reader.Number("cartelId"),
                WorldGroupLeader = (int)reader.Number("worldGroupLeader"),
                ContextId = (uint)reader.Number("contextId"),
                BiosUuid = reader.Text("biosUuid"),
                InstanceUuid = reader.Text("instanceUuid"),
                Vmx = reader.Text("vmx"),
                PoweredOn = reader.Text("powerState") switch
                {
                    "poweredOn" => true,
                    "poweredOff" => false,
                    var other => throw SimulatorException.BrokenHost($"{path}: powerState '{other}' is neither poweredOn nor poweredOff"),
                },
            });
        }

        machines.Sort((one, other) => one.VmId.CompareTo(other.VmId));
        return machines;
    }

    /// <summary>Finds a virtual machine by its name.</summary>
    /// <exception cref="SimulatorException">There is none of that name.</exception>
    public static VirtualMachine Find(HostDirectory host, string name) => ReadAll(host).Find(one => one.Name == name)
        ?? throw SimulatorException.Usage($"there is no virtual machine '{name}'; 'esxsim vm list DIR' shows them");

    /// <summary>Writes its vm.json.</summary>
    public void Write(HostDirectory host)
    {
        string directory = Path.Combine(host.Vms, VmId.ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(directory);
        JsonFile.Write(Path.Combine(directory, "vm.json"), json =>
        {
            json.WriteStartObject();
            json.WriteString("name", Name);
            json.WriteNumber("vmid", VmId);
            json.WriteNumber("cartelId", CartelId);
            json.WriteNumber("worldGroupLeader", WorldGroupLeader);
            json.WriteNumber("contextId", ContextId);
            json.WriteString("biosUuid", BiosUuid);
            json.WriteString("instanceUuid", InstanceUuid);
            json.WriteString("vmx", Vmx);
            json.WriteString("powerState", PoweredOn ? "poweredOn" : "poweredOff");
            json.WriteEndObject();
        });
    }
}
