using System;
using System.Collections.Generic;
using System.Management.Automation;
using EsxAgent.Completion;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet that takes sidecars, or disks and what names sidecars of theirs.</summary>
public abstract class SidecarOrDiskCmdlet : SidecarCmdlet
{
    /// <summary>The sidecars: objects, or ids <c>name@datastore:key</c>.</summary>
    [Parameter(ParameterSetName = SidecarSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SidecarTransformation]
    [ArgumentCompleter(typeof(SidecarIdCompleter))]
    public VmdkSidecarReference[] Sidecar { get; set; } = [];

    /// <summary>In place of sidecars: the volumes that have them.</summary>
    [Parameter(ParameterSetName = VolumeSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [DiskTransformation]
    [ArgumentCompleter(typeof(VolumeIdCompleter))]
    public VmdkDiskReference[] Volume { get; set; } = [];

    /// <summary>In place of sidecars: paths of descriptors on the host, of disks that are no volumes.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] VmdkPath { get; set; } = [];

    /// <summary>The disks, where they are named in place of sidecars.</summary>
    private protected IEnumerable<VmdkDiskReference> Disks =>
        VmdkPath.Length > 0 ? Array.ConvertAll(VmdkPath, VmdkDiskReference.OfPath) : Volume;

    /// <summary>The sidecars with some keys, on each of the disks.</summary>
    private protected IEnumerable<VmdkSidecarReference> Named(string[] keys)
    {
        foreach (VmdkDiskReference disk in Disks)
        {
            foreach (string key in keys)
            {
                yield return new VmdkSidecarReference(disk, key);
            }
        }
    }
}
