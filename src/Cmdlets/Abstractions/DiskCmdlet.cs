using System;
using System.Management.Automation;
using EsxAgent.Completion;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet about the sidecars of disks: volumes, from the pipeline too, or disks by path. What goes wrong with one leaves the others alone.</summary>
public abstract class DiskCmdlet : SidecarCmdlet
{
    /// <summary>The volumes: objects, or ids <c>name@datastore</c>. Sidecars stand for their disks.</summary>
    [Parameter(ParameterSetName = VolumeSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Id")]
    [ValidateNotNullOrEmpty]
    [DiskTransformation(TakesSidecars = true)]
    [ArgumentCompleter(typeof(VolumeIdCompleter))]
    public VmdkDiskReference[] Volume { get; set; } = [];

    /// <summary>Paths of descriptors on the host, of disks that are no volumes.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] VmdkPath { get; set; } = [];

    /// <summary>Does to one disk what the cmdlet is for.</summary>
    private protected abstract void Process(EsxAgentSession session, VmdkDiskReference disk);

    /// <summary>What an error with a disk is about.</summary>
    private protected virtual string TargetOn(VmdkDiskReference disk) => disk.Id;

    /// <inheritdoc/>
    private protected sealed override void Ask(EsxAgentSession session)
    {
        foreach (VmdkDiskReference disk in ParameterSetName == PathSet ? Array.ConvertAll(VmdkPath, VmdkDiskReference.OfPath) : Volume)
        {
            Attempt(session, TargetOn(disk), () => Process(session, disk));
        }
    }
}
