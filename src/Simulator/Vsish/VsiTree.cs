using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace EsxAgent.Simulator.Vsish;

/// <summary>
/// The tree below <c>DIR/vsi</c>. A file is a leaf and holds what <c>get</c> prints; a directory is a directory. Beside them
/// <list type="bullet">
/// <item><c>.order</c> in a directory: the names in the order of <c>ls</c>; names that it does not hold follow, sorted; a name in it that is
/// not there is a node that vanished: <c>ls</c> shows it and <c>get</c> does not find it;</item>
/// <item><c>NAME.error</c>: what <c>get NAME</c> prints to standard error. Alone it is the leaf, and getting it fails; beside a file NAME it is a
/// banner, and getting it succeeds.</item>
/// </list>
/// </summary>
/// <param name="root">The directory of the tree.</param>
internal sealed class VsiTree(string root)
{
    /// <summary>The file that orders a directory.</summary>
    public const string OrderFile = ".order";

    /// <summary>What a file with the error text of a leaf ends in.</summary>
    public const string ErrorSuffix = ".error";

    /// <summary>Answers <c>get</c>.</summary>
    /// <param name="parts">The components of the path.</param>
    public VsiAnswer Get(IReadOnlyList<string> parts)
    {
        if (Locate(parts) is not { } path || Directory.Exists(path))
        {
            return parts.Count > 0 && IsVanished(parts) ? VsiAnswer.Bad("VSISHCmdGetInt():Get failed: Not found") : Malformed("Get", parts);
        }

        byte[] error = File.Exists(path + ErrorSuffix) ? File.ReadAllBytes(path + ErrorSuffix) : [];
        return File.Exists(path)
            ? new VsiAnswer(File.ReadAllBytes(path), error, ExitStatus.Success)
            : new VsiAnswer([], error, ExitStatus.ToolFailed);
    }

    /// <summary>Answers <c>ls</c>: a name a line, directories with a trailing slash.</summary>
    /// <param name="parts">The components of the path.</param>
    public VsiAnswer List(IReadOnlyList<string> parts)
    {
        if (Locate(parts) is not { } path || !Directory.Exists(path))
        {
            return parts.Count > 0 && IsVanished(parts) ? VsiAnswer.Bad("VSISHCmdListInt():List failed: Not found") : Malformed("List", parts);
        }

        var text = new StringBuilder();
        foreach (string name in Order(path))
        {
            text.Append(name).Append('\n');
        }

        return VsiAnswer.Good(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Whether a path is a directory of the tree.</summary>
    public bool IsDirectory(IReadOnlyList<string> parts) => Directory.Exists(Locate(parts));

    private static List<string> Order(string directory)
    {
        var names = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (FileSystemInfo entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            if (entry.Name == OrderFile)
            {
                continue;
            }

            bool isDirectory = (entry.Attributes & FileAttributes.Directory) != 0;
            string name = !isDirectory && entry.Name.EndsWith(ErrorSuffix, StringComparison.Ordinal) ? entry.Name[..^ErrorSuffix.Length] : entry.Name;
            names[name] = isDirectory ? name + "/" : name;
        }

        var ordered = new List<string>(names.Count);
        string orderFile = Path.Combine(directory, OrderFile);
        if (File.Exists(orderFile))
        {
            foreach (string line in File.ReadAllLines(orderFile))
            {
                string name = line.TrimEnd('/');
                if (name.Length > 0)
                {
                    // A vanished directory keeps its slash, where the order file gives it one.
                    ordered.Add(names.Remove(name, out string? shown) ? shown : line);
                }
            }
        }

        ordered.AddRange(names.Values);
        return ordered;
    }

    private bool IsVanished(IReadOnlyList<string> parts)
    {
        var parent = new List<string>(parts);
        parent.RemoveAt(parent.Count - 1);
        if (Locate(parent) is not { } directory || !File.Exists(Path.Combine(directory, OrderFile)))
        {
            return false;
        }

        string name = parts[^1];
        foreach (string line in File.ReadAllLines(Path.Combine(directory, OrderFile)))
        {
            if (line.TrimEnd('/') == name)
            {
                return !Directory.Exists(Path.Combine(directory, name));
            }
        }

        return false;
    }

    // The host names the first component that it does not know; a path that is no node at all, such as a directory, is only mal-formed.
    private VsiAnswer Malformed(string command, IReadOnlyList<string> parts)
    {
        string function = $"VSISHCmd{command}Int():mal-formed path";
        for (int i = 0; i < parts.Count; i++)
        {
            var upTo = new List<string>(parts)[..(i + 1)];
            if (Locate(upTo) is null)
            {
                return VsiAnswer.Bad($"VSISHPath_Form():Extraneous '{parts[i]}' in path.", function);
            }
        }

        return VsiAnswer.Bad(function);
    }

    /// <summary>
    /// The file or directory of a node on this machine; null where there is none, or where a link leads out of the tree.
    /// </summary>
    private string? Locate(IReadOnlyList<string> parts)
    {
        string path = root;
        foreach (string part in parts)
        {
            path = Path.Combine(path, part);
            FileSystemInfo? entry = Entry(path);
            if (entry is null || !StaysInside(entry))
            {
                return null;
            }
        }

        return path;
    }

    private static FileSystemInfo? Entry(string path)
    {
        var directory = new DirectoryInfo(path);
        if (directory.Exists)
        {
            return directory;
        }

        var file = new FileInfo(path);
        if (file.Exists)
        {
            return file;
        }

        file = new FileInfo(path + ErrorSuffix);
        return file.Exists ? file : null;
    }

    private bool StaysInside(FileSystemInfo entry)
    {
        if (entry.LinkTarget is null)
        {
            return true;
        }

        string? target = entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        return target is not null && Real(target).StartsWith(Real(root) + "/", StringComparison.Ordinal);
    }

    // The path with every link in it resolved: the tree itself may lie behind one, and a target may be named through one.
    private static string Real(string path)
    {
        string real = "/";
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(real, part);
            real = new FileInfo(next) is { LinkTarget: not null } link ? Real(link.ResolveLinkTarget(returnFinalTarget: true)!.FullName) : next;
        }

        return real;
    }
}
