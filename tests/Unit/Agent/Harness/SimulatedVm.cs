using System.Collections.Generic;
using System.IO;
using System.Text.Json.Nodes;

namespace EsxAgent.Tests.Agent;

/// <summary>A VM of a simulated host, as its <c>vm.json</c> tells.</summary>
/// <param name="Name">Display name.</param>
/// <param name="CartelId">What an endpoint names it by.</param>
/// <param name="WorldGroupLeader">Leader of its worlds.</param>
/// <param name="BiosUuid">BIOS uuid.</param>
/// <param name="InstanceUuid">Instance uuid.</param>
/// <param name="ConfigPath">Path of the .vmx file on the host.</param>
internal sealed record SimulatedVm(string Name, long CartelId, long WorldGroupLeader, string BiosUuid, string InstanceUuid, string ConfigPath)
{
    /// <summary>The node that identity is read from.</summary>
    public string GroupInfoNode => $"/vm/{WorldGroupLeader}/vmmGroupInfo";

    /// <summary>Reads all VMs of a host, in the order of the inventory.</summary>
    public static IReadOnlyList<SimulatedVm> ReadAll(string hostRoot)
    {
        var machines = new SortedList<int, SimulatedVm>();
        foreach (string directory in Directory.GetDirectories(Path.Combine(hostRoot, "vms")))
        {
            JsonNode vm = JsonNode.Parse(File.ReadAllText(Path.Combine(directory, "vm.json")))!;
            machines.Add(vm["vmid"]!.GetValue<int>(), new SimulatedVm(
                vm["name"]!.GetValue<string>(),
                vm["cartelId"]!.GetValue<long>(),
                vm["worldGroupLeader"]!.GetValue<long>(),
                vm["biosUuid"]!.GetValue<string>(),
                vm["instanceUuid"]!.GetValue<string>(),
                vm["vmx"]!.GetValue<string>()));
        }

        return [.. machines.Values];
    }
}
