using System;
using System.Collections.Generic;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client.Snapshots;

/// <summary>
/// Puts nodes of vsish into a snapshot, in the form of the simulated host: a leaf is a file, one that fails a file with what the tool said, and a node that is
/// listed and cannot be had stands in its directory's order alone.
/// </summary>
/// <param name="archive">Where to.</param>
internal sealed class SnapshotTree(SnapshotArchive archive)
{
    private const string Folder = "vsi";
    private const string OrderFile = ".order";
    private const string ErrorSuffix = ".error";

    /// <summary>What names of other files of a simulated tree end in: a node with such a name cannot be kept.</summary>
    private static readonly string[] OtherFiles = ['/' + OrderFile, ErrorSuffix, ".rates"];

    /// <summary>Names that are listed only, by their directory.</summary>
    private readonly SortedDictionary<string, List<string>> _listed = new(StringComparer.Ordinal);

    /// <summary>Nodes so far.</summary>
    public int Nodes { get; private set; }

    /// <summary>Those among them that could not be read.</summary>
    public int Unreadable { get; private set; }

    /// <summary>Adds a node.</summary>
    public void Add(VsiTreeNode node)
    {
        string path = node.Path ?? "/";
        Nodes++;
        bool isTakenByName = Array.Exists(OtherFiles, end => path.EndsWith(end, StringComparison.Ordinal));
        if (isTakenByName)
        {
            Unreadable++;
        }
        else if (node.Error is VsiError error)
        {
            Unreadable++;
            AddFailed(path, node.IsDirectory, error);
        }
        else if (node.IsDirectory)
        {
            archive.AddDirectory(path == "/" ? Folder : Folder + path);
        }
        else
        {
            archive.AddText(Folder + path, node.Text ?? string.Empty);
        }
    }

    /// <summary>Adds the orders of the directories that need one.</summary>
    public void End()
    {
        foreach ((string directory, List<string> names) in _listed)
        {
            archive.AddText($"{Folder}{directory}/{OrderFile}", string.Join('\n', names) + "\n");
        }
    }

    private void AddFailed(string path, bool isDirectory, VsiError error)
    {
        bool isThere = error.Kind != ErrorKind.VsiNodeNotFound.Name && error.Kind != ErrorKind.InvalidParams.Name;
        if (isThere && !isDirectory)
        {
            string text = string.IsNullOrEmpty(error.ToolError) ? $"VSISHCmdGetInt():Get failed: {error.Message}" : error.ToolError;
            archive.AddText(Folder + path + ErrorSuffix, text.TrimEnd('\n') + "\n");
            return;
        }

        int slash = path.LastIndexOf('/');
        string directory = path[..slash];
        if (!_listed.TryGetValue(directory, out List<string>? names))
        {
            _listed[directory] = names = [];
        }

        names.Add(path[(slash + 1)..] + (isDirectory ? "/" : string.Empty));
    }
}
