using System;

namespace EsxAgent.Abstractions;

/// <summary>Makes what is handed over into references to sidecars: sidecars, what was written to them or read from them, their ids <c>disk:key</c>.</summary>
public sealed class SidecarTransformationAttribute : ReferenceTransformationAttribute<VmdkSidecarReference>
{
    /// <inheritdoc/>
    private protected override VmdkSidecarReference One(object? data) => data switch
    {
        VmdkSidecarReference reference => reference,
        VmdkSidecar sidecar => new VmdkSidecarReference(sidecar),
        string id => new VmdkSidecarReference(id),
        not null when TextOf(data, "Key") is string key && DiskTransformationAttribute.DiskIn(data) is VmdkDiskReference disk =>
            new VmdkSidecarReference(disk, key),
        _ => throw new ArgumentException(
            $"A sidecar is expected, and {Describe(data)} was given. 'Get-VmdkSidecar' gives sidecars; their ids, 'name@datastore:key', are taken too."),
    };
}
