using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client.Snapshots;

/// <summary>
/// What a host shows to a guest, in a file that the simulated host can be made of: facts, datastores with their sizes, running virtual machines, and the vsish
/// tree. Files of datastores are no part of it.
/// </summary>
public static class HostSnapshot
{
    /// <summary>Nodes between two reports of progress.</summary>
    private const int ReportEvery = 64;

    /// <summary>Writes a snapshot.</summary>
    /// <param name="session">The session to ask through.</param>
    /// <param name="file">Where to; left open. Where the writing fails, what is in it is no snapshot.</param>
    /// <param name="roots">The parts of the vsish tree to record: <c>/</c> is all of it.</param>
    /// <param name="progress">Told how many nodes are recorded, from any thread; null for nobody.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="AgentException">The agent answered an error to something without which there is no snapshot.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static async Task<SnapshotReport> WriteAsync(
        AgentSession session, Stream file, IReadOnlyList<string> roots, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(roots);
        var warnings = new List<string>();
        HostInfo info = await session.GetHostInfoAsync(refresh: true, cancellationToken).ConfigureAwait(false);
        warnings.AddRange(info.Warnings);
        List<Datastore> datastores = await DatastoresAsync(session, warnings, cancellationToken).ConfigureAwait(false);
        List<VirtualMachine> machines = await MachinesAsync(session, warnings, cancellationToken).ConfigureAwait(false);

        using var archive = new SnapshotArchive(file);
        archive.AddJson("host.json", json => SnapshotFacts.WriteHost(json, info));
        archive.AddJson("datastores.json", json => SnapshotFacts.WriteDatastores(json, datastores));
        for (int i = 0; i < machines.Count; i++)
        {
            int number = i + 1;
            VirtualMachine machine = machines[i];
            archive.AddJson(string.Create(CultureInfo.InvariantCulture, $"vms/{number}/vm.json"), json => SnapshotFacts.WriteMachine(json, machine, number));
        }

        var tree = new SnapshotTree(archive);
        foreach (string root in Outermost(roots))
        {
            await foreach (VsiTreeNode node in session.BrowseVsiAsync(root, null, leaves: true, cancellationToken).ConfigureAwait(false))
            {
                tree.Add(node);
                if (tree.Nodes % ReportEvery == 0)
                {
                    progress?.Report(tree.Nodes);
                }
            }
        }

        tree.End();
        return new SnapshotReport(tree.Nodes, tree.Unreadable, warnings);
    }

    private static async Task<List<Datastore>> DatastoresAsync(AgentSession session, List<string> warnings, CancellationToken cancellationToken)
    {
        var datastores = new List<Datastore>();
        try
        {
            await foreach (Datastore datastore in session.GetDatastoresAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!string.IsNullOrEmpty(datastore.Uuid))
                {
                    datastores.Add(datastore);
                }
            }
        }
        catch (AgentException e) when (IsMissing(e.Kind))
        {
            warnings.Add($"The snapshot has no datastores: {e.Message}");
        }

        return datastores;
    }

    /// <summary>All virtual machines where the guest may know of them, else its own.</summary>
    private static async Task<List<VirtualMachine>> MachinesAsync(AgentSession session, List<string> warnings, CancellationToken cancellationToken)
    {
        var machines = new List<VirtualMachine>();
        try
        {
            await foreach (VirtualMachine machine in session.ListVirtualMachinesAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!string.IsNullOrEmpty(machine.Name))
                {
                    machines.Add(machine);
                }
            }
        }
        catch (AgentException e) when (IsMissing(e.Kind) || e.Kind.Equals(ErrorKind.MethodNotFound))
        {
            machines.Clear();
            machines.Add(await session.GetVirtualMachineAsync(cancellationToken).ConfigureAwait(false));
            warnings.Add($"The snapshot has no other virtual machine than this one: {e.Message}");
        }

        return machines;
    }

    private static bool IsMissing(ErrorKind kind) =>
        kind.Equals(ErrorKind.AccessDenied) || kind.Equals(ErrorKind.CapabilityMissing) || kind.Equals(ErrorKind.ToolFailed);

    /// <summary>The roots that lie below no other one: each node is recorded once.</summary>
    private static List<string> Outermost(IReadOnlyList<string> roots)
    {
        var outermost = new List<string>();
        var sorted = new List<string>(roots);
        sorted.Sort(StringComparer.Ordinal);
        foreach (string root in sorted)
        {
            if (!outermost.Exists(other => other == root || other == "/" || root.StartsWith(other + "/", StringComparison.Ordinal)))
            {
                outermost.Add(root);
            }
        }

        return outermost;
    }
}
