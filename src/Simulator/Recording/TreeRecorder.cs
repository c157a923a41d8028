using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using EsxAgent.Simulator.Vsish;

namespace EsxAgent.Simulator.Recording;

/// <summary>Records the vsish tree of a host, as it prints it, into the tree of a simulated one.</summary>
/// <param name="tools">The tools to ask.</param>
/// <param name="vsi">The directory of the tree.</param>
internal sealed class TreeRecorder(HostTools tools, string vsi)
{
    /// <summary>Deeper than any tree; a link in it that leads up would have no end.</summary>
    private const int Deepest = 32;

    /// <summary>What a release may say of a node that is listed and not there any more.</summary>
    private static readonly string[] WordsForMissing = ["not found", "no such", "extraneous", "mal-formed path", "malformed path"];

    /// <summary>Nodes so far.</summary>
    public int Nodes { get; private set; }

    /// <summary>Those among them that could not be read or kept.</summary>
    public int Unreadable { get; private set; }

    /// <summary>Records a node and all below it.</summary>
    /// <param name="node">Its path.</param>
    /// <exception cref="SimulatorException">The host does not have it.</exception>
    public void Record(string node)
    {
        List<string> parts = VsiPath.Split([], node) ?? throw SimulatorException.Usage($"'{node}' is no path of a node; write one such as /hardware");
        string path = VsiPath.Join(parts);
        ToolRun listing = List(path);
        if (listing.Succeeded)
        {
            RecordDirectory(path, listing, parts.Count);
        }
        else if (!RecordLeaf(path))
        {
            throw SimulatorException.Usage($"the host has no node '{path}': {Said(listing)}");
        }
    }

    private void RecordDirectory(string path, ToolRun listing, int depth)
    {
        Nodes++;
        string folder = vsi + path.TrimEnd('/');
        Directory.CreateDirectory(folder);
        var order = new List<string>();
        foreach (string line in listing.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string name = line.TrimEnd('/');
            if (VsiPath.Split([], name) is not [var only] || only != name || !VsiTree.IsNodeName(name) || depth >= Deepest)
            {
                Nodes++;
                Unreadable++;
                continue;
            }

            order.Add(line);
            string child = (path == "/" ? path : path + "/") + name;
            if (line.EndsWith('/'))
            {
                RecordChild(child, depth + 1);
            }
            else if (!RecordLeaf(child))
            {
                Nodes++;
                Unreadable++;
            }
        }

        // Only where the order is another one than the tree would have by itself: a file for each directory would be in the way of a reader.
        string listed = string.Concat(order.ConvertAll(static line => line + "\n"));
        if (Encoding.UTF8.GetString(new VsiTree(vsi).List(VsiPath.Split([], path)!).Output) != listed)
        {
            File.WriteAllText(Path.Combine(folder, VsiTree.OrderFile), listed);
        }
    }

    private void RecordChild(string path, int depth)
    {
        ToolRun listing = List(path);
        if (listing.Succeeded)
        {
            RecordDirectory(path, listing, depth);
        }
        else
        {
            // It stands in the order of its directory alone, as one that vanished.
            Nodes++;
            Unreadable++;
        }
    }

    /// <summary>Records a leaf, or what the tool says of it.</summary>
    /// <returns>False where it is not there.</returns>
    private bool RecordLeaf(string path)
    {
        ToolRun run = tools.Run("vsish", "-e", "get", path);
        string said = Said(run);
        if (!run.Succeeded && Array.Exists(WordsForMissing, word => said.Contains(word, StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        Nodes++;
        string file = vsi + path;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (run.Succeeded)
        {
            File.WriteAllBytes(file, run.Output);
        }
        else
        {
            Unreadable++;
        }

        if (!run.Succeeded || run.Error.Length > 0)
        {
            byte[] error = run.Error.Length > 0 ? run.Error : Encoding.UTF8.GetBytes($"VSISHCmdGetInt():Get failed: status {run.Status}\n");
            File.WriteAllBytes(file + VsiTree.ErrorSuffix, error);
        }

        return true;
    }

    private ToolRun List(string path) => tools.Run("vsish", "-e", "ls", path);

    private static string Said(ToolRun run) => Encoding.UTF8.GetString(run.Error).Trim();
}
