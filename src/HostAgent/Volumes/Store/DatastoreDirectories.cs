using System.Collections.Generic;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Tools;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Volumes.Store;

/// <summary>A mounted datastore, as <c>/vmfs/volumes</c> shows it.</summary>
/// <param name="Name">Its label; the uuid where it has none.</param>
/// <param name="Uuid">Name of its directory.</param>
internal sealed record DatastoreName(string Name, string Uuid);

/// <summary>The datastores of the host by name: a directory each, named by uuid, and a link for each label. No tool is asked.</summary>
internal sealed class DatastoreDirectories(HostPaths paths)
{
    /// <summary>Where the host shows its datastores, as guests are told.</summary>
    public const string HostVolumes = "/vmfs/volumes";

    /// <summary>All of them.</summary>
    /// <exception cref="OperationException">The host shows none.</exception>
    public List<DatastoreName> All()
    {
        using DirectoryHandle volumes = OpenVolumes();
        var labels = new Dictionary<string, string>();
        var uuids = new List<string>();
        foreach (string name in volumes.Names())
        {
            if (volumes.TryReadLink(name) is string target)
            {
                labels.TryAdd(target.TrimEnd('/').Split('/')[^1], name);
            }
            else
            {
                uuids.Add(name);
            }
        }

        var datastores = new List<DatastoreName>(uuids.Count);
        foreach (string uuid in uuids)
        {
            datastores.Add(new DatastoreName(labels.GetValueOrDefault(uuid, uuid), uuid));
        }

        datastores.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return datastores;
    }

    /// <summary>Finds a datastore; null where the host has none of that name.</summary>
    /// <param name="nameOrUuid">Exactly its label or uuid.</param>
    /// <exception cref="OperationException">The host shows none at all.</exception>
    public DatastoreName? TryFind(string nameOrUuid)
    {
        foreach (DatastoreName datastore in All())
        {
            if (datastore.Name == nameOrUuid || datastore.Uuid == nameOrUuid)
            {
                return datastore;
            }
        }

        return null;
    }

    /// <summary>The host has no datastore of a name. Only for who has a right to datastores of that name.</summary>
    public static OperationException NotFound(string nameOrUuid) =>
        new(new WireError(ErrorKind.DatastoreNotFound, $"The host has no mounted datastore '{nameOrUuid}'.")
        {
            Target = nameOrUuid,
            RecommendedAction = "Look at the names that Get-EsxDatastore gives; case matters.",
        });

    /// <summary>Finds those whose label or uuid fits a pattern with <c>*</c> and <c>?</c>.</summary>
    public List<DatastoreName> Matching(string pattern) =>
        All().FindAll(datastore => NamePattern.Fits(datastore.Name, pattern) || NamePattern.Fits(datastore.Uuid, pattern));

    /// <summary>Opens the directory of a datastore.</summary>
    /// <exception cref="OperationException"><c>DatastoreNotFound</c>: it was unmounted meanwhile.</exception>
    public DirectoryHandle Open(DatastoreName datastore)
    {
        using DirectoryHandle volumes = OpenVolumes();
        return volumes.TryOpenDirectory(datastore.Uuid)
            ?? throw new OperationException(new WireError(ErrorKind.DatastoreNotFound, $"The datastore '{datastore.Name}' is not mounted any more.") { Target = datastore.Name });
    }

    private DirectoryHandle OpenVolumes() => DirectoryHandle.TryOpen(paths.ToLocal(HostVolumes), HostVolumes)
        ?? throw new OperationException(ErrorKind.CapabilityMissing, $"The host has no '{HostVolumes}'.");
}
