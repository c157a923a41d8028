using System;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>Names the disk that has sidecars: a volume, or any other disk by the path of its descriptor on the host.</summary>
public sealed record DiskName
{
    private DiskName()
    {
    }

    /// <summary>Name of the volume; null for another disk.</summary>
    public string? Name { get; private init; }

    /// <summary>Name or uuid of its datastore; null for the one where this VM lies.</summary>
    public string? Datastore { get; private init; }

    /// <summary>Path of the descriptor, <c>/vmfs/volumes/…</c>; null for a volume.</summary>
    public string? VmdkPath { get; private init; }

    /// <summary>A volume.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="datastore">Name or uuid of its datastore; null: the one where this VM lies.</param>
    public static DiskName OfVolume(string name, string? datastore = null) =>
        new() { Name = name ?? throw new ArgumentNullException(nameof(name)), Datastore = datastore };

    /// <summary>A disk that is no volume, or the delta disk of a snapshot.</summary>
    /// <param name="vmdkPath">Path of its descriptor on the host.</param>
    public static DiskName OfPath(string vmdkPath) => new() { VmdkPath = vmdkPath ?? throw new ArgumentNullException(nameof(vmdkPath)) };

    /// <summary>The parameters of a change with this disk in them.</summary>
    /// <param name="parameters">The parameters.</param>
    public T PutInto<T>(T parameters)
        where T : SidecarChangeParams
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return parameters with { Name = Name, Datastore = Datastore, VmdkPath = VmdkPath };
    }

    /// <summary><c>name@datastore</c>, or the path.</summary>
    public override string ToString() => VmdkPath ?? (Datastore is null ? Name! : $"{Name}@{Datastore}");
}
