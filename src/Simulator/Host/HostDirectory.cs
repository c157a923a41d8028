using System;
using System.IO;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Host;

/// <summary>
/// The directory that is a simulated host, and where everything lies in it. It holds no state: whoever reads a file sees what is there now.
/// </summary>
/// <param name="root">The absolute path of the directory.</param>
internal sealed class HostDirectory(string root)
{
    /// <summary>The directory itself, absolute, without a trailing slash.</summary>
    public string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>The executable and one link to it per tool.</summary>
    public string Bin => Path.Combine(Root, "bin");

    /// <summary>The vsish tree: one text file a leaf.</summary>
    public string Vsi => Path.Combine(Root, "vsi");

    /// <summary>Facts of the host: <see cref="Host.HostFacts"/>.</summary>
    public string HostFacts => Path.Combine(Root, "host.json");

    /// <summary>The datastores: <see cref="Datastore"/>.</summary>
    public string Datastores => Path.Combine(Root, "datastores.json");

    /// <summary>What stands for <c>/vmfs/volumes</c>: one directory a datastore, named by uuid, and a link per label.</summary>
    public string Volumes => Path.Combine(Root, "vmfs", "volumes");

    /// <summary>One directory a virtual machine, named by its id in the inventory.</summary>
    public string Vms => Path.Combine(Root, "vms");

    /// <summary>The policy of a listener on this host.</summary>
    public string Policy => Path.Combine(Root, "etc", "esxagent", "policy.json");

    /// <summary>The faults to simulate: <see cref="Faults.Fault"/>.</summary>
    public string Faults => Path.Combine(Root, "faults.json");

    /// <summary>How often each fault was met: one file a fault, as long in bytes as there were calls.</summary>
    public string FaultCounters => Path.Combine(Root, "run", "faults");

    /// <summary>What running tools have reserved of the datastores: <see cref="SpaceReservation"/>.</summary>
    public string Space => Path.Combine(Root, "run", "space");

    /// <summary>Recorded answers that go before computed ones, a directory a tool.</summary>
    public string Answers => Path.Combine(Root, "answers");

    /// <summary>
    /// Finds the host that a tool belongs to: the parent of the <c>bin</c> that it was started from, by the name it was started with where that
    /// has a path, else by the path of the process.
    /// </summary>
    /// <param name="argv0">The name that the process was started by.</param>
    /// <param name="processPath">The path of the executable; null where the system does not tell it.</param>
    /// <exception cref="SimulatorException">Neither leads to a simulated host.</exception>
    public static HostDirectory Locate(string argv0, string? processPath)
    {
        if (argv0.Contains('/', StringComparison.Ordinal))
        {
            string started = Path.GetFullPath(argv0);
            if (AboveBin(started) is { } host)
            {
                return host;
            }

            // A link from elsewhere, such as /usr/local/bin/vsish, leads to the link in the host's bin or to the executable there.
            if (File.ResolveLinkTarget(started, returnFinalTarget: true) is { } target && AboveBin(target.FullName) is { } linked)
            {
                return linked;
            }
        }

        if (processPath is not null && AboveBin(processPath) is { } own)
        {
            return own;
        }

        throw SimulatorException.BrokenHost(
            $"'{argv0}' does not lie in the bin directory of a simulated host; make one with 'esxsim init DIR' and call DIR/bin/{Path.GetFileName(argv0)}");
    }

    /// <summary>Opens a simulated host by its directory, as the subcommands of <c>esxsim</c> name it.</summary>
    /// <exception cref="SimulatorException">The directory is not a simulated host.</exception>
    public static HostDirectory Open(string path)
    {
        var host = new HostDirectory(path);
        return File.Exists(host.HostFacts)
            ? host
            : throw SimulatorException.Usage($"'{path}' is not a simulated host (no host.json in it); make one with 'esxsim init {path}'");
    }

    /// <summary>
    /// Maps a path that a tool was given to a path on this machine: <c>/vmfs/…</c> is the host's own, everything else is taken as it is.
    /// </summary>
    public string Map(string toolPath) => toolPath.Length == 0 ? "/" :
        toolPath == "/vmfs" || toolPath.StartsWith("/vmfs/", StringComparison.Ordinal) ? Path.GetFullPath(Root + toolPath) : Path.GetFullPath(toolPath);

    /// <summary>Whether a path on this machine lies in the host's directory, links followed. What does not exist yet lies where its parent does.</summary>
    public bool Contains(string path)
    {
        string? existing = path;
        while (existing is not null && !Path.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing);
        }

        return existing is not null && RealPath.Of(existing) is { } real && RealPath.Of(Root) is { } own
            && (real == own || real.StartsWith(own + "/", StringComparison.Ordinal));
    }

    private static HostDirectory? AboveBin(string executable)
    {
        string? bin = Path.GetDirectoryName(executable);
        if (bin is null || Path.GetFileName(bin) != "bin" || Path.GetDirectoryName(bin) is not { } root)
        {
            return null;
        }

        var host = new HostDirectory(root);
        return File.Exists(host.HostFacts) ? host : null;
    }
}
