using System;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Volumes.Store;

/// <summary>
/// The volumes of one group on one datastore, <c>&lt;datastore>/esxagent/&lt;group></c>: a directory a volume, <c>.staging</c> with what is being changed, and
/// <c>.operations</c> with the answers of changes that are done.
/// </summary>
internal sealed class GroupDirectory : IDisposable
{
    /// <summary>Directory of everything that the agent keeps on a datastore.</summary>
    public const string Top = "esxagent";

    private const string StagingName = ".staging";
    private const string OperationsName = ".operations";

    private DirectoryHandle? _staging;
    private DirectoryHandle? _operations;

    private GroupDirectory(DatastoreName datastore, string group, DirectoryHandle root, DirectoryHandle volumes)
    {
        Datastore = datastore;
        Group = group;
        Root = root;
        Volumes = volumes;
    }

    /// <summary>The datastore.</summary>
    public DatastoreName Datastore { get; }

    /// <summary>Name of the group.</summary>
    public string Group { get; }

    /// <summary>The datastore's <c>esxagent</c> directory.</summary>
    public DirectoryHandle Root { get; }

    /// <summary>The group's directory.</summary>
    public DirectoryHandle Volumes { get; }

    /// <summary>What is being changed: a directory for each name, made where it is missing.</summary>
    /// <exception cref="PosixException">It cannot be made.</exception>
    public DirectoryHandle Staging => _staging ??= Volumes.OpenOrMakeDirectory(StagingName);

    /// <summary>Answers of changes that are done, made where it is missing.</summary>
    /// <exception cref="PosixException">It cannot be made.</exception>
    public DirectoryHandle Operations => _operations ??= Volumes.OpenOrMakeDirectory(OperationsName);

    /// <summary>Opens the group's directory.</summary>
    /// <returns>Null where it has none on that datastore.</returns>
    /// <exception cref="OperationException">The datastore is not there any more.</exception>
    /// <exception cref="PosixException">It cannot be opened.</exception>
    public static GroupDirectory? TryOpen(DatastoreDirectories datastores, DatastoreName datastore, string group)
    {
        using DirectoryHandle mount = datastores.Open(datastore);
        DirectoryHandle? root = mount.TryOpenDirectory(Top);
        DirectoryHandle? volumes = null;
        try
        {
            volumes = root?.TryOpenDirectory(group);
            return volumes is null ? null : new GroupDirectory(datastore, group, root!, volumes);
        }
        finally
        {
            if (volumes is null)
            {
                root?.Dispose();
            }
        }
    }

    /// <summary>Opens the group's directory, and makes it where it is missing.</summary>
    /// <exception cref="OperationException">The datastore is not there any more.</exception>
    /// <exception cref="PosixException">It cannot be made or opened.</exception>
    public static GroupDirectory OpenOrMake(DatastoreDirectories datastores, DatastoreName datastore, string group)
    {
        using DirectoryHandle mount = datastores.Open(datastore);
        DirectoryHandle root = mount.OpenOrMakeDirectory(Top);
        try
        {
            return new GroupDirectory(datastore, group, root, root.OpenOrMakeDirectory(group));
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>Id of a volume in it.</summary>
    public string IdOf(string name) => $"{name}@{Datastore.Name}";

    /// <summary>Path of a volume's descriptor, as the host sees it.</summary>
    public string PathOf(string name) => $"{DatastoreDirectories.HostVolumes}/{Datastore.Uuid}/{Top}/{Group}/{name}/{name}.vmdk";

    /// <summary>Whether a change of a volume runs, or was interrupted and waits for recovery.</summary>
    public bool IsClaimed(string name) => Staging.TryStat(VolumeName.Key(name)) is not null;

    /// <summary>The directory name of a volume as it is written on the datastore; null where there is no volume of that name in any case.</summary>
    /// <exception cref="PosixException">The directory cannot be read.</exception>
    public string? FindName(string name)
    {
        if (Volumes.TryStat(name) is not null)
        {
            return name;
        }

        foreach (string other in Volumes.Names())
        {
            if (VolumeName.Comparer.Equals(other, name))
            {
                return other;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _staging?.Dispose();
        _operations?.Dispose();
        Volumes.Dispose();
        Root.Dispose();
    }
}
