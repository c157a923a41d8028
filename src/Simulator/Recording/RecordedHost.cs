using System;
using System.Collections.Generic;
using System.IO;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.Recording;

/// <summary>
/// Completes a simulated host whose facts, datastores, virtual machines and nodes are recorded: the directories of the datastores, and what a virtual machine
/// needs to be known, where the record has it not.
/// </summary>
internal static class RecordedHost
{
    /// <summary>Completes a host.</summary>
    /// <exception cref="SimulatorException">A recorded file cannot be read, or holds what no host has.</exception>
    public static void Complete(HostDirectory host)
    {
        HostFacts facts = HostFacts.Read(host);
        IReadOnlyList<Datastore> datastores = Datastore.ReadAll(host);
        MakeVolumes(host, datastores);
        var inventory = new Inventory(host, facts.Profile);
        foreach (VirtualMachine machine in VirtualMachine.ReadAll(host))
        {
            inventory.Restore(machine);
        }

        Datastore.WriteAll(host, WithoutOwnFiles(host, datastores));
    }

    private static void MakeVolumes(HostDirectory host, IReadOnlyList<Datastore> datastores)
    {
        foreach (Datastore one in datastores)
        {
            if (!IsFileName(one.Uuid))
            {
                throw SimulatorException.Usage($"the recorded datastore '{one.Name}' has the uuid '{one.Uuid}', which cannot name a directory");
            }

            Directory.CreateDirectory(Path.Combine(host.Volumes, one.Uuid));
            string link = Path.Combine(host.Volumes, one.Name);
            if (IsFileName(one.Name) && !Path.Exists(link))
            {
                File.CreateSymbolicLink(link, one.Uuid);
            }
        }
    }

    /// <summary>The files that were just made take room which the recorded sizes count as taken already.</summary>
    private static List<Datastore> WithoutOwnFiles(HostDirectory host, IReadOnlyList<Datastore> datastores)
    {
        var counted = new List<Datastore>(datastores.Count);
        foreach (Datastore one in datastores)
        {
            long own = UsedSpace.Below(Path.Combine(host.Volumes, one.Uuid));
            counted.Add(one with { ReservedBytes = Math.Max(0, one.ReservedBytes - own) });
        }

        return counted;
    }

    private static bool IsFileName(string name) =>
        name is not ("" or "." or "..") && !name.Contains('/', StringComparison.Ordinal) && !name.AsSpan().ContainsAnyInRange('\0', '\x1f');
}
