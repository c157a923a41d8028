using System;

namespace EsxAgent.Abstractions;

/// <summary>Makes what is handed over into references to disks that have sidecars: volumes and their ids, paths of descriptors.</summary>
public sealed class DiskTransformationAttribute : ReferenceTransformationAttribute<VmdkDiskReference>
{
    /// <summary>
    /// True where a sidecar stands for the disk that it belongs to; else it is refused, as by <see cref="VolumeTransformationAttribute"/>: who removes all that
    /// a disk has must mean the disk.
    /// </summary>
    public bool TakesSidecars { get; set; }

    /// <summary>An object that says which disk it is, belongs to or is about; null where it does not.</summary>
    internal static VmdkDiskReference? DiskIn(object data) =>
        TextOf(data, "VolumeId") is string volumeId ? new VmdkDiskReference(volumeId)
        : TextOf(data, "VmdkPath") is string path ? new VmdkDiskReference(path)
        : TextOf(data, "Id") is string id ? new VmdkDiskReference(new VmdkVolumeReference(id, TextOf(data, "Path")))
        : TextOf(data, "Disk") is string disk ? new VmdkDiskReference(disk)
        : null;

    /// <inheritdoc/>
    private protected override VmdkDiskReference One(object? data) => data switch
    {
        VmdkDiskReference reference => reference,
        VmdkVolumeReference volume => new VmdkDiskReference(volume),
        VmdkVolume volume => new VmdkDiskReference(volume),
        string id => new VmdkDiskReference(id),
        not null when (TakesSidecars || TextOf(data, "Key") is null) && DiskIn(data) is VmdkDiskReference reference => reference,
        _ => throw new ArgumentException(
            $"A volume is expected, and {Describe(data)} was given. 'Get-VmdkVolume' gives volumes; "
            + "their ids, 'name@datastore', and paths of VMDK descriptors are taken too."),
    };
}
