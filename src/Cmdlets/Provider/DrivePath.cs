using System;
using System.IO;
using System.Management.Automation;
using EsxAgent.Abstractions;

namespace EsxAgent.Provider;

/// <summary>
/// A path as PowerShell hands it to the provider: a mark, the key of a session where the drive belongs to one, and a path of the vsish tree:
/// <c>#/hardware/cpu</c>, <c>#5f3c01a9/hardware/cpu</c>. No name of the tree begins with the mark. Without it, where paths begin with a slash PowerShell takes
/// one that does not exist yet for a file of this machine: <c>Set-Content vsi:/tmp/x</c> would write <c>/tmp/x</c>.
/// </summary>
/// <param name="SessionKey">The session's key; null for the default session.</param>
/// <param name="Node">The path of the tree, as the host writes it.</param>
internal readonly record struct DrivePath(string? SessionKey, string Node)
{
    private const char Mark = '#';
    private const string ProviderMark = "::";

    private static readonly char Separator = Path.DirectorySeparatorChar;

    /// <summary>The root of the default session's tree.</summary>
    public static DrivePath Default => new(null, VsiPathText.Root);

    /// <summary>True for the root of the tree, which is there whatever the host says.</summary>
    public bool IsRoot => Node == VsiPathText.Root;

    /// <summary>The directory around the node; the root is its own.</summary>
    public DrivePath Parent => To(VsiPathText.Parent(Node));

    /// <summary>The last name; empty for the root.</summary>
    public string Name => VsiPathText.NameOf(Node);

    /// <summary>Reads a path.</summary>
    public static DrivePath Parse(string? path)
    {
        string text = (path ?? string.Empty).TrimStart('/', '\\');
        if (!text.StartsWith(Mark))
        {
            return new DrivePath(null, VsiPathText.Normalize(text));
        }

        int end = text.AsSpan().IndexOfAny('/', '\\');
        string key = end < 0 ? text[1..] : text[1..end];
        return new DrivePath(key.Length == 0 ? null : key, end < 0 ? VsiPathText.Root : VsiPathText.Normalize(text[end..]));
    }

    /// <summary>Reads a path as a person writes it to a cmdlet: one that names a drive or the provider, else a path of the tree.</summary>
    /// <param name="text">The path.</param>
    /// <param name="drives">The drives of the runspace.</param>
    public static DrivePath ParseQualified(string text, DriveManagementIntrinsics drives)
    {
        int mark = text.IndexOf(ProviderMark, StringComparison.Ordinal);
        if (mark > 0 && text.AsSpan(0, mark).EndsWith(EsxVsiProvider.ProviderName, StringComparison.OrdinalIgnoreCase))
        {
            return Parse(text[(mark + ProviderMark.Length)..]);
        }

        // A name of the tree may hold a colon too, but none is followed by a separator, and none is that of a drive.
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        bool mayBeDrive = colon > 0 && (colon + 1 == text.Length || text[colon + 1] is '/' or '\\') && text.AsSpan(0, colon).IndexOfAny('/', '\\') < 0;
        foreach (PSDriveInfo drive in mayBeDrive ? drives.GetAll() : [])
        {
            if (drive.Provider.Name == EsxVsiProvider.ProviderName && text.AsSpan(0, colon).Equals(drive.Name, StringComparison.OrdinalIgnoreCase))
            {
                DrivePath root = Parse(drive.Root);
                return root.To(VsiPathText.Normalize(root.Node + Separator + text[(colon + 1)..]));
            }
        }

        return Parse(text);
    }

    /// <summary>The path of another node of the same session.</summary>
    public DrivePath To(string node) => this with { Node = node };

    /// <summary>As a person writes it: with its drive, or without one with the name of the provider.</summary>
    public string Qualified(PSDriveInfo? drive, ProviderInfo provider)
    {
        if (drive is null || !TryGetPathBelow(Parse(drive.Root), out string path))
        {
            return $"{provider}{ProviderMark}{this}";
        }

        return $"{drive.Name}:{path.Replace('/', Separator)}";
    }

    private bool TryGetPathBelow(DrivePath root, out string path)
    {
        string start = root.IsRoot ? string.Empty : root.Node;
        bool isBelow = root.SessionKey == SessionKey && (Node + '/').StartsWith(start + '/', StringComparison.Ordinal);
        path = !isBelow || Node.Length == start.Length ? VsiPathText.Root : Node[start.Length..];
        return isBelow;
    }

    /// <summary>As PowerShell is given it, with the separators of this system.</summary>
    public override string ToString() => Mark + SessionKey + (IsRoot ? string.Empty : Node.Replace('/', Separator));
}
