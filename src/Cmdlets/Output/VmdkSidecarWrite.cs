using EsxAgent.Client;

namespace EsxAgent;

/// <summary>What was written to a sidecar.</summary>
public sealed class VmdkSidecarWrite
{
    internal VmdkSidecarWrite(VmdkSidecarReference sidecar, long offset, SidecarWrite write, string? hostName)
    {
        VolumeId = sidecar.Disk.VolumeId;
        VmdkPath = sidecar.Disk.VmdkPath;
        Key = sidecar.Key;
        Offset = offset;
        Length = write.Length;
        HashBefore = write.HashBefore;
        HashAfter = write.HashAfter;
        HostName = hostName;
    }

    /// <summary>Id of the volume that the sidecar belongs to; null where the disk is no volume.</summary>
    public string? VolumeId { get; }

    /// <summary>Path of the descriptor of a disk that is no volume; null for a volume.</summary>
    public string? VmdkPath { get; }

    /// <summary>Key of the sidecar.</summary>
    public string? Key { get; }

    /// <summary>Where the bytes that were replaced begin.</summary>
    public long Offset { get; }

    /// <summary>How many were replaced; by a text all up to the end of the sidecar.</summary>
    public long Length { get; }

    /// <summary>
    /// SHA-256 of these bytes as they were, in hexadecimal; null where they were written in several pieces and somebody else wrote between them.
    /// </summary>
    public string? HashBefore { get; }

    /// <summary>SHA-256 of these bytes as they are now.</summary>
    public string? HashAfter { get; }

    /// <summary>Name of the host that was asked.</summary>
    public string? HostName { get; }

    /// <summary><c>disk:key</c>: what the sidecar is named by.</summary>
    public override string ToString() => $"{VolumeId ?? VmdkPath}:{Key}";
}
