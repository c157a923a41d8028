using System;
using EsxAgent.Client;

namespace EsxAgent;

/// <summary>Names one sidecar for a cmdlet: its disk and its key, written <c>name@datastore:key</c> or <c>/vmfs/volumes/…/x.vmdk:key</c>.</summary>
public sealed class VmdkSidecarReference
{
    /// <summary>Between disk and key: no key has one, a datastore may.</summary>
    private const char Separator = ':';

    private static readonly char[] Wildcards = ['*', '?', '['];

    /// <summary>Takes <c>disk:key</c>.</summary>
    /// <param name="id">The id, without wildcards.</param>
    /// <exception cref="ArgumentException">It names no sidecar; the message says what is expected.</exception>
    public VmdkSidecarReference(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        int at = id.LastIndexOf(Separator);
        if (at <= 0 || at == id.Length - 1)
        {
            throw new ArgumentException($"'{id}' names no sidecar. A sidecar is named 'name@datastore:key', or by the path of its disk, a colon and its key.");
        }

        Disk = new VmdkDiskReference(id[..at]);
        Key = Checked(id[(at + 1)..]);
    }

    /// <summary>Takes a sidecar by its disk and its key.</summary>
    /// <param name="sidecar">The sidecar.</param>
    /// <exception cref="ArgumentException">It has none.</exception>
    public VmdkSidecarReference(VmdkSidecar sidecar)
        : this(
            new VmdkDiskReference((sidecar ?? throw new ArgumentNullException(nameof(sidecar))).VolumeId ?? sidecar.VmdkPath ?? string.Empty),
            sidecar.Key ?? string.Empty)
    {
    }

    /// <summary>Takes a disk and a key; whether it can be one, the host says.</summary>
    internal VmdkSidecarReference(VmdkDiskReference disk, string key)
    {
        Disk = disk;
        Key = key;
    }

    /// <summary>The disk.</summary>
    public VmdkDiskReference Disk { get; }

    /// <summary>The key, unique on the disk.</summary>
    public string Key { get; }

    /// <summary><c>disk:key</c>.</summary>
    public string Id => $"{Disk.Id}{Separator}{Key}";

    /// <summary>The id.</summary>
    public override string ToString() => Id;

    /// <summary>Its content on the host that a session leads to.</summary>
    internal SidecarContent ContentOn(EsxAgentSession session) => new(session.Live, Disk.Name, Key);

    private static string Checked(string key) => key.IndexOfAny(Wildcards) < 0 ? key
        : throw new ArgumentException(
            $"The key '{key}' has wildcards, which are not taken here. Choose sidecars with 'Get-VmdkSidecar -Key {key}' and pipe them in.");
}
