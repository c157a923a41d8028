using System;

namespace EsxAgent;

/// <summary>
/// Names one volume for a cmdlet: by its id, or by its name alone, which means the datastore where this virtual machine lies. A volume object is always
/// taken by its id, never by its name: by name alone it would lose its datastore, and another volume would be meant.
/// </summary>
public sealed class VmdkVolumeReference
{
    private static readonly char[] Wildcards = ['*', '?', '['];

    private readonly string? _datastoreUuid;

    /// <summary>Takes <c>name@datastore</c> or <c>name</c>.</summary>
    /// <param name="id">The id or name, without wildcards.</param>
    /// <exception cref="ArgumentException">It names no volume; the message says what is expected.</exception>
    public VmdkVolumeReference(string id)
        : this(id, null)
    {
    }

    /// <summary>Takes a volume by its id.</summary>
    /// <param name="volume">The volume.</param>
    /// <exception cref="ArgumentException">It has no id.</exception>
    public VmdkVolumeReference(VmdkVolume volume)
        : this((volume ?? throw new ArgumentNullException(nameof(volume))).Id ?? string.Empty, volume.Path)
    {
    }

    /// <summary>Takes the id of a volume, and its path where that is known.</summary>
    /// <param name="id">The id or name, without wildcards.</param>
    /// <param name="path">Path of its descriptor; null where it is not known.</param>
    /// <exception cref="ArgumentException">It names no volume; the message says what is expected.</exception>
    internal VmdkVolumeReference(string id, string? path)
    {
        ArgumentNullException.ThrowIfNull(id);
        // A name has no at sign; a datastore may.
        int at = id.IndexOf('@', StringComparison.Ordinal);
        Name = at < 0 ? id : id[..at];
        Datastore = at < 0 ? null : id[(at + 1)..];
        if (string.IsNullOrWhiteSpace(Name) || Datastore?.Length == 0)
        {
            throw new ArgumentException($"'{id}' names no volume. A volume is named 'name@datastore', or 'name' on the datastore of this virtual machine.");
        }

        if (Name.IndexOfAny(Wildcards) >= 0)
        {
            throw new ArgumentException($"'{id}' has wildcards, which are not taken here. Choose volumes with 'Get-VmdkVolume {Name}' and pipe them in.");
        }

        _datastoreUuid = DatastorePath.UuidIn(path);
    }

    /// <summary>Name of the volume.</summary>
    public string Name { get; }

    /// <summary>Its datastore; null for the one where this virtual machine lies.</summary>
    public string? Datastore { get; }

    /// <summary><c>name@datastore</c>; the name alone where the datastore was not named.</summary>
    public string Id => Datastore is null ? Name : $"{Name}@{Datastore}";

    /// <summary>
    /// What the host finds the datastore by. That of a volume object is its uuid: on another host the same label may be another datastore, the uuid is not.
    /// </summary>
    internal string? Place => _datastoreUuid ?? Datastore;

    /// <summary>The id.</summary>
    public override string ToString() => Id;
}
