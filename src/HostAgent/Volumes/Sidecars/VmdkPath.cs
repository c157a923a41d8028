using System;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Volumes.Sidecars;

/// <summary>A disk that is no volume of the agent's, named by the path of its descriptor.</summary>
internal sealed class VmdkPath
{
    private const int MaxDepth = 16;
    private const string Ending = ".vmdk";

    private readonly string[] _parts;

    private VmdkPath(DatastoreName datastore, string[] parts)
    {
        Datastore = datastore;
        _parts = parts;
    }

    /// <summary>Where it is.</summary>
    public DatastoreName Datastore { get; }

    /// <summary>The path with the datastore's name; what guests are told.</summary>
    public string Text => $"{DatastoreDirectories.HostVolumes}/{Datastore.Name}/{string.Join('/', _parts)}";

    /// <summary>The path with the datastore's uuid: one for each disk, whatever a guest wrote.</summary>
    public string Canonical => $"{DatastoreDirectories.HostVolumes}/{Datastore.Uuid}/{string.Join('/', _parts)}";

    /// <summary>What stands in for a volume's name where changes of a disk are kept apart; no guest is likely to find a name that is a digest.</summary>
    public string LockName => $"vmdk.{Sha256.Hex(System.Text.Encoding.UTF8.GetBytes(Canonical)).AsSpan(0, 40)}";

    /// <summary>Reads a path.</summary>
    /// <param name="text">The path.</param>
    /// <param name="find">Finds a datastore by its name or uuid; null where there is none.</param>
    /// <param name="isThere">Whether the host has the datastore. Where it has not, the path has the name that was asked for.</param>
    /// <exception cref="OperationException"><c>InvalidParams</c>.</exception>
    public static VmdkPath Parse(string text, Func<string, DatastoreName?> find, out bool isThere)
    {
        string beginning = DatastoreDirectories.HostVolumes + "/";
        if (!text.StartsWith(beginning, StringComparison.Ordinal) || !text.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
        {
            throw Invalid($"must be the path of a disk's descriptor, '{beginning}<datastore>/<directory>/<disk>{Ending}'");
        }

        string[] all = text[beginning.Length..].Split('/');
        string[] parts = all.AsSpan(1).ToArray();
        bool isGood = parts.Length is > 0 and <= MaxDepth;
        foreach (string part in parts)
        {
            isGood &= part is not ("" or "." or "..") && part.Length <= 255 && !part.AsSpan().ContainsAny('\0', ',', '\n');
        }

        if (!isGood)
        {
            throw Invalid("must not hold empty names, '.', '..' or commas");
        }

        if (string.Equals(parts[0], GroupDirectory.Top, StringComparison.OrdinalIgnoreCase))
        {
            throw Invalid("must not lie among the agent's volumes, which are named by 'name' and 'datastore'");
        }

        DatastoreName? datastore = find(all[0]);
        isThere = datastore is not null;
        return new VmdkPath(datastore ?? new DatastoreName(all[0], all[0]), parts);
    }

    /// <summary>Opens the disk. No link on the way is followed.</summary>
    /// <exception cref="OperationException"><c>VolumeNotFound</c>, <c>MetadataDamaged</c>.</exception>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    public SidecarDisk Open(DatastoreDirectories datastores)
    {
        DirectoryHandle directory = datastores.Open(Datastore);
        foreach (string part in _parts.AsSpan(0, _parts.Length - 1))
        {
            using DirectoryHandle above = directory;
            directory = above.TryOpenDirectory(part) ?? throw SidecarDisk.NotFound(Text);
        }

        return SidecarDisk.Open(directory, _parts[^1], Text);
    }

    private static OperationException Invalid(string rule) => new(new WireError(ErrorKind.InvalidParams, $"The parameter 'vmdkPath' {rule}.") { Target = "vmdkPath" });
}
