using EsxAgent.Protocol.Messages;

namespace EsxAgent;

/// <summary>A sidecar: bytes that a disk carries with it under a key, in a file of their own beside it.</summary>
public sealed class VmdkSidecar
{
    internal VmdkSidecar(Sidecar sidecar, string? hostName)
    {
        bool isPath = sidecar.Disk is string disk && VmdkDiskReference.IsPath(disk);
        VolumeId = isPath ? null : sidecar.Disk;
        VmdkPath = isPath ? sidecar.Disk : null;
        Key = sidecar.Key;
        Size = sidecar.SizeBytes;
        FileName = sidecar.FileName;
        Confirmed = sidecar.Confirmed;
        Problem = VolumeWords.Capitalized(sidecar.Problem);
        HostName = hostName;
    }

    /// <summary>Id of the volume that it belongs to, <c>name@datastore</c>; null where the disk is no volume.</summary>
    public string? VolumeId { get; }

    /// <summary>Path of the descriptor of a disk that is no volume; null for a volume.</summary>
    public string? VmdkPath { get; }

    /// <summary>Key, unique on the disk.</summary>
    public string? Key { get; }

    /// <summary>Size in bytes, a multiple of 4096; null where its file is missing.</summary>
    public long? Size { get; }

    /// <summary>Name of its file, beside the descriptor.</summary>
    public string? FileName { get; }

    /// <summary>Whether the host's own tool lists it too; null where the tool was not asked.</summary>
    public bool? Confirmed { get; }

    /// <summary>What is wrong with it; null where nothing is.</summary>
    public string? Problem { get; }

    /// <summary>Name of the host that was asked.</summary>
    public string? HostName { get; }

    /// <summary><c>disk:key</c>: what the sidecar is named by.</summary>
    public override string ToString() => $"{VolumeId ?? VmdkPath}:{Key}";
}
