using EsxAgent.Protocol.Messages;

namespace EsxAgent;

/// <summary>A node of the host's vsish tree: a directory, or a leaf with its value.</summary>
public sealed class EsxVsiNode
{
    private readonly VsiValue? _given;
    private object? _value;

    internal EsxVsiNode(VsiTreeNode node, string? hostName)
    {
        Path = node.Path ?? "/";
        IsDirectory = node.IsDirectory;
        Text = node.Text;
        _given = node.Value;
        HostName = hostName;
    }

    /// <summary>Path from the root of the tree, with slashes: <c>/hardware/cpu/cpuInfo</c>.</summary>
    public string Path { get; }

    /// <summary>The last part of the path; <c>/</c> for the root.</summary>
    public string Name => Path.Length == 1 ? Path : Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>Path of the directory that it lies in; null for the root.</summary>
    public string? ParentPath => Path.Length == 1 ? null : Path.LastIndexOf('/') is > 0 and int slash ? Path[..slash] : "/";

    /// <summary>True where it has children, false where it has a value.</summary>
    public bool IsDirectory { get; }

    /// <summary>
    /// What a leaf holds: a text, a number, an object with the properties that the host prints, or an array of these; see about_EsxAgent_Vsi. Null for a
    /// directory.
    /// </summary>
    public object? Value => _value ??= VsiObjects.Of(_given);

    /// <summary>What a leaf holds, exactly as the host printed it. Null for a directory.</summary>
    public string? Text { get; }

    /// <summary>Name of the host that was asked.</summary>
    public string? HostName { get; }

    /// <summary>The path.</summary>
    public override string ToString() => Path;
}
