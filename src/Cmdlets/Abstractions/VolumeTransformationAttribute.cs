using System;

namespace EsxAgent.Abstractions;

/// <summary>
/// Makes what is handed over into references to volumes: ids, volumes, reports about volumes, rows of a CSV file. Whatever it is, its id decides; an object
/// with a name and no id is refused, and so is a sidecar: who removes what comes along must mean the whole disk.
/// </summary>
public sealed class VolumeTransformationAttribute : ReferenceTransformationAttribute<VmdkVolumeReference>
{
    /// <inheritdoc/>
    private protected override VmdkVolumeReference One(object? data) => data switch
    {
        VmdkVolumeReference reference => reference,
        string id => new VmdkVolumeReference(id),
        VmdkVolume volume => new VmdkVolumeReference(volume),
        not null when TextOf(data, "Key") is null && IdIn(data) is VmdkVolumeReference reference => reference,
        _ => throw new ArgumentException(
            $"A volume is expected, and {Describe(data)} was given. 'Get-VmdkVolume' gives volumes; their ids, 'name@datastore', are taken too."),
    };

    /// <summary>An object that says which volume it is, or is about; null where it does not.</summary>
    private static VmdkVolumeReference? IdIn(object data) =>
        (TextOf(data, "Id") ?? TextOf(data, "VolumeId")) is string id ? new VmdkVolumeReference(id, TextOf(data, "Path")) : null;
}
