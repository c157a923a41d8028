using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using EsxAgent.Simulator.Profiles;

namespace EsxAgent.Simulator.Host;

/// <summary>The virtual machines of a host, and what changes with them: their files on the datastore and their nodes in vsish.</summary>
internal sealed class Inventory(HostDirectory host, string profileName)
{
    // World ids of a host of these releases begin at 2097152 and rise with every start of a process; a machine that was started some time after
    // the host's own daemons has one like 2100123.
    private const int FirstCartel = 2_100_000;
    private const int CartelSpread = 4_000;
    private const int CartelGap = 900;
    private const int LeaderAfterCartel = 3;

    private readonly Profile _profile = Profile.Load(profileName);

    /// <summary>Adds a running virtual machine: its .vmx on the first datastore, its entry, its nodes.</summary>
    /// <param name="name">The display name.</param>
    /// <param name="cartelId">The wanted cartel id; null: the next free one, the same on every run for the same names.</param>
    /// <param name="biosUuid">The wanted BIOS uuid; null: made from the name.</param>
    /// <param name="instanceUuid">The wanted instance uuid; null: made from the name.</param>
    /// <exception cref="SimulatorException">The name cannot be used, or an id is taken.</exception>
    public VirtualMachine Add(string name, int? cartelId = null, VmwareUuid? biosUuid = null, VmwareUuid? instanceUuid = null)
    {
        RefuseBadName(name);
        List<VirtualMachine> others = VirtualMachine.ReadAll(host);
        IReadOnlyList<Datastore> datastores = Datastore.ReadAll(host);
        if (datastores.Count == 0)
        {
            throw SimulatorException.Usage("the host has no datastore that a virtual machine could lie on; add one to datastores.json");
        }

        int cartel = cartelId ?? NextCartel(name, others);
        foreach (VirtualMachine other in others)
        {
            if (other.Name == name)
            {
                throw SimulatorException.Usage($"there is a virtual machine '{name}' already; choose another name");
            }

            // Leader and processor worlds follow the cartel closely: two cartels too near would share a world.
            if (Math.Abs(other.CartelId - cartel) <= 2 * LeaderAfterCartel)
            {
                throw SimulatorException.Usage($"cartel {cartel} is too near to that of '{other.Name}' ({other.CartelId}); leave a gap of 10");
            }
        }

        if (Directory.Exists(Path.Combine(host.Vsi, "userworld", "cartel", Text(cartel))))
        {
            throw SimulatorException.Usage($"cartel {cartel} is taken by a process of the host; choose another id");
        }

        VmwareUuid bios = biosUuid ?? VmwareUuid.FromNames([0x56, 0x4d], "bios", profileName, name);
        var machine = new VirtualMachine
        {
            Name = name,
            VmId = others.Count == 0 ? 1 : others[^1].VmId + 1,
            CartelId = cartel,
            WorldGroupLeader = cartel + LeaderAfterCartel,
            // Guests have context ids from 3 up to 2^31; the small ones belong to the host.
            ContextId = (uint)(0x1000_0000 + (StableId.Hash("context", bios.Hyphenated) % 0x6000_0000)),
            BiosUuid = bios.Hyphenated,
            InstanceUuid = (instanceUuid ?? VmwareUuid.FromNames([0x52], "instance", profileName, name)).Hyphenated,
            Vmx = $"{datastores[0].MountPoint}/{name}/{name}.vmx",
            PoweredOn = true,
        };

        string vmx = host.Map(machine.Vmx);
        Directory.CreateDirectory(Path.GetDirectoryName(vmx)!);
        File.WriteAllText(vmx, VmxFile.Text(machine, _profile));
        machine.Write(host);
        WriteNodes(machine);
        return machine;
    }

    /// <summary>Starts or stops a virtual machine. The ids stay, so that a listener's endpoint that names a cartel goes on to mean the same one.</summary>
    /// <exception cref="SimulatorException">There is none of that name.</exception>
    public VirtualMachine SetPower(string name, bool on)
    {
        VirtualMachine machine = VirtualMachine.Find(host, name) with { PoweredOn = on };
        machine.Write(host);
        if (on)
        {
            WriteNodes(machine);
        }
        else
        {
            RemoveNodes(machine);
        }

        return machine;
    }

    /// <summary>
    /// Gives a recorded virtual machine what its host would have of it and the record has not: its configuration file, and the nodes by which the host knows
    /// it.
    /// </summary>
    public void Restore(VirtualMachine machine)
    {
        string cartel = Path.Combine(host.Vsi, "userworld", "cartel", Text(machine.CartelId));
        string leader = Path.Combine(host.Vsi, "vm", Text(machine.WorldGroupLeader));
        if (machine.PoweredOn && !(Directory.Exists(cartel) && Directory.Exists(leader)))
        {
            WriteNodes(machine);
        }

        string vmx = machine.Vmx.Length == 0 ? host.Root : host.Map(machine.Vmx);
        string below = vmx.StartsWith(host.Volumes + "/", StringComparison.Ordinal) ? vmx[(host.Volumes.Length + 1)..] : "";
        bool isOnDatastore = below.Contains('/', StringComparison.Ordinal) && Directory.Exists(Path.Combine(host.Volumes, below.Split('/')[0]));
        if (isOnDatastore && !File.Exists(vmx))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(vmx)!);
            File.WriteAllText(vmx, VmxFile.Text(machine, _profile));
        }
    }

    private void WriteNodes(VirtualMachine machine) => VsiWriter.Write(host.Vsi, _profile.Nodes(ProfileScope.Vm, VariablesOf(machine)));

    private void RemoveNodes(VirtualMachine machine)
    {
        foreach (string root in _profile.Roots(ProfileScope.Vm, VariablesOf(machine)))
        {
            string path = host.Vsi + root;
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
        }
    }

    private static Dictionary<string, string> VariablesOf(VirtualMachine machine) => new()
    {
        ["name"] = machine.Name,
        ["vmid"] = Text(machine.VmId),
        ["cartel"] = Text(machine.CartelId),
        ["leader"] = Text(machine.WorldGroupLeader),
        ["biosUuid"] = VmwareUuid.Parse(machine.BiosUuid)?.Spaced ?? "",
        ["instanceUuid"] = VmwareUuid.Parse(machine.InstanceUuid)?.Spaced ?? "",
        ["vmx"] = machine.Vmx,
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private int NextCartel(string name, List<VirtualMachine> others)
    {
        // Rising with the inventory's order: the first machine of the host is also the first in /vm and /userworld/cartel.
        int last = 0;
        foreach (VirtualMachine other in others)
        {
            last = Math.Max(last, other.CartelId);
        }

        return last == 0
            ? FirstCartel + (int)(StableId.Hash("cartel", profileName, name) % CartelSpread)
            : last + 10 + (int)(StableId.Hash("cartel", profileName, name) % CartelGap);
    }

    private static void RefuseBadName(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.Trim().Length == 0)
        {
            throw SimulatorException.Usage($"'{name}' cannot name a virtual machine; give a name that a directory can have");
        }

        foreach (char one in name)
        {
            if (one == '/' || char.IsControl(one))
            {
                throw SimulatorException.Usage("a virtual machine's name cannot hold '/' or control characters; vSphere writes a slash as %2f");
            }
        }

        if (Encoding.UTF8.GetByteCount(name) > 250)
        {
            throw SimulatorException.Usage("a virtual machine's name cannot be longer than 250 bytes: files are named after it");
        }
    }
}
