using System.Collections.Generic;
using System.Globalization;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Recording;

namespace EsxAgent.Simulator.Commands;

/// <summary><c>esxsim record</c>: run on a host, it makes a simulated one that says the same.</summary>
internal static class RecordCommand
{
    private const string DefaultTools = "/bin";
    private const string Root = "/";

    /// <summary>Records the host that this runs on and gives the lines that say so.</summary>
    /// <param name="arguments">The arguments after <c>record</c>.</param>
    /// <param name="executable">The executable to copy into the simulated host.</param>
    /// <exception cref="SimulatorException">An argument is wrong, the tools cannot be run, or the host cannot be made.</exception>
    public static string Run(string[] arguments, string? executable)
    {
        var given = new CommandArguments("record", arguments, "--root", "--tools");
        if (given.Words.Count != 1 || given.Words[0].Length == 0)
        {
            throw SimulatorException.Usage("record needs one directory: 'esxsim record DIR'");
        }

        IReadOnlyList<string> roots = given.All("--root");
        var tools = new HostTools(given.One("--tools") ?? DefaultTools);
        TreeRecorder? tree = null;
        HostRecorder? facts = null;
        string place = HostPlace.Make(given.Words[0], executable, host =>
        {
            tree = new TreeRecorder(tools, host.Vsi);
            foreach (string root in roots.Count > 0 ? roots : [Root])
            {
                tree.Record(root);
            }

            facts = new HostRecorder(tools, host);
            facts.Record();
            RecordedHost.Complete(host);
        });
        string warnings = string.Concat(facts!.Warnings.ConvertAll(static warning => $"warning: {warning}\n"));
        return warnings + string.Create(
            CultureInfo.InvariantCulture,
            $"recorded {tree!.Nodes} nodes of vsish, {tree.Unreadable} of them unreadable, in {place}\n");
    }
}
