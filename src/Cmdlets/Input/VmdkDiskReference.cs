using System;
using EsxAgent.Client;

namespace EsxAgent;

/// <summary>
/// Names one disk that has sidecars, for a cmdlet: a volume by its id, or any other disk by the path of its descriptor on the host. A volume object is taken by
/// its id, never by its name.
/// </summary>
public sealed class VmdkDiskReference
{
    /// <summary>Takes <c>name@datastore</c>, <c>name</c>, or a path <c>/vmfs/volumes/…/x.vmdk</c>.</summary>
    /// <param name="id">The id, name or path, without wildcards.</param>
    /// <exception cref="ArgumentException">It names no disk; the message says what is expected.</exception>
    public VmdkDiskReference(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (IsPath(id))
        {
            VmdkPath = id;
            Name = DiskName.OfPath(id);
        }
        else
        {
            var volume = new VmdkVolumeReference(id);
            VolumeId = volume.Id;
            Name = DiskName.OfVolume(volume.Name, volume.Place);
        }
    }

    /// <summary>Takes a volume by its id.</summary>
    /// <param name="volume">The volume.</param>
    /// <exception cref="ArgumentException">It has no id.</exception>
    public VmdkDiskReference(VmdkVolume volume)
        : this(new VmdkVolumeReference(volume))
    {
    }

    /// <summary>Takes what names a volume already.</summary>
    internal VmdkDiskReference(VmdkVolumeReference volume)
    {
        VolumeId = volume.Id;
        Name = DiskName.OfVolume(volume.Name, volume.Place);
    }

    private VmdkDiskReference(DiskName path)
    {
        VmdkPath = path.VmdkPath;
        Name = path;
    }

    /// <summary>Id of the volume; null for another disk.</summary>
    public string? VolumeId { get; }

    /// <summary>Path of the descriptor of a disk that is no volume; null for a volume.</summary>
    public string? VmdkPath { get; }

    /// <summary>The volume's id, or the path.</summary>
    public string Id => VolumeId ?? VmdkPath!;

    /// <summary>What the host is asked with.</summary>
    internal DiskName Name { get; }

    /// <summary>The id.</summary>
    public override string ToString() => Id;

    /// <summary>Takes what a person said to be a path; whether it is one, the host says.</summary>
    internal static VmdkDiskReference OfPath(string path) => new(DiskName.OfPath(path));

    /// <summary>Whether a text is a path of the host: no id of a volume begins like one.</summary>
    internal static bool IsPath(string text) => text.StartsWith('/');
}
