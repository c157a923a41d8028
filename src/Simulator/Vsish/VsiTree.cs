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
/// banner, and getting it succeeds;</item>
/// <item><c>NAME.rates</c>: how much numbers of <c>NAME</c> grow a second, from when its file was written.</item>
/// </list>
/// </summary>
/// <param name="root">The directory of the tree.</param>
internal sealed class VsiTree(string root)
{
    /// <summary>The file that orders a directory.</summary>
    public const string OrderFile = ".order";

    /// <summary>What a file with the error text of a leaf ends in.</summary>
    public const string ErrorSuffix = ".error";

    /// <summary>What a file that lets a leaf grow ends in.</summary>
    public const string RatesSuffix = ".rates";

    /// <summary>Whether a node can have this name: some mean other files of the tree.</summary>
    public static bool IsNodeName(string name) =>
        name != OrderFile && !name.EndsWith(ErrorSuffix, StringComparison.Ordinal) && !name.EndsWith(RatesSuffix, StringComparison.Ordinal);

    /// <summary>Answers <c>get</c>.</summary>
    /// <param name="parts">The components of the path.</param>
    public VsiAnswer Get(IReadOnlyList<string> parts)
    {
        if (Locate(parts) is not { } path || Directory.Exists(path))
        {
            return NoSuchNode("Get", parts);
        }

        byte[] error = File.Exists(path + ErrorSuffix) ? File.ReadAllBytes(path + ErrorSuffix) : [];
        return File.Exists(path)
            ? new VsiAnswer(Text(path), error, ExitStatus.Success)
            : new VsiAnswer([], error, ExitStatus.ToolFailed);
    }

    /// <summary>Answers <c>ls</c>: a name a line, directories with a trailing slash.</summary>
    /// <param name="parts">The components of the path.</param>
    public VsiAnswer List(IReadOnlyList<string> parts)
    {
        if (Locate(parts) is not { } path || !Directory.Exists(path))
        {
            return NoSuchNode("List", parts);
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

    private static byte[] Text(string path)
    {
        byte[] text = File.ReadAllBytes(path);
        string rates = path + RatesSuffix;
        if (!File.Exists(rates))
        {
            return text;
        }

        try
        {
            return GrowingText.After(text, File.ReadAllText(rates), DateTime.UtcNow - File.GetLastWriteTimeUtc(path));
        }
        catch (FormatException problem)
        {
            throw SimulatorException.BrokenHost($"{rates}: {problem.Message}");
        }
    }

    private static List<string> Order(string directory)
    {
        var names = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (FileSystemInfo entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            if (entry.Name == OrderFile || entry.Name.EndsWith(RatesSuffix, StringComparison.Ordinal))
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

    // The host names the first component that it does not know. A vanished one it did know; a path that is there and is no leaf, or no
    // directory, is only mal-formed.
    private VsiAnswer NoSuchNode(string command, IReadOnlyList<string> parts)
    {
        string parent = root;
        for (int i = 0; i < parts.Count; i++)
        {
            if (Locate(parts, i + 1) is not { } path)
            {
                return IsOrdered(parent, parts[i])
                    ? VsiAnswer.Bad($"VSISHCmd{command}Int():{command} failed: Not found")
                    : VsiAnswer.Bad($"VSISHPath_Form():Extraneous '{parts[i]}' in path.", $"VSISHCmd{command}Int():mal-formed path");
            }

            parent = path;
        }

        return VsiAnswer.Bad($"VSISHCmd{command}Int():mal-formed path");
    }

    private static bool IsOrdered(string directory, string name)
    {
        string order = Path.Combine(directory, OrderFile);
        return File.Exists(order) && Array.Exists(File.ReadAllLines(order), line => line.TrimEnd('/') == name);
    }

    /// <summary>
    /// The file or directory of a node on this machine; null where there is none, or where a link leads out of the tree.
    /// </summary>
    private string? Locate(IReadOnlyList<string> parts) => Locate(parts, parts.Count);

    private string? Locate(IReadOnlyList<string> parts, int count)
    {
        string path = root;
        for (int i = 0; i < count; i++)
        {
            path = Path.Combine(path, parts[i]);
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
