using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Client;
using EsxAgent.Formatting;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Makes volumes larger.</summary>
[Cmdlet(VerbsCommon.Resize, "VmdkVolume", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VmdkVolume), typeof(Job))]
public sealed class ResizeVmdkVolumeCommand : VolumeInPlaceCmdlet
{
    /// <summary>New size in bytes. Not by property name: the size of a volume that comes along the pipeline is the old one.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [SizeTransformation]
    public long Size { get; set; }

    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkVolumeReference volume)
    {
        var parameters = new VolumeResizeParams { Name = volume.Name, Datastore = volume.Place, SizeBytes = DiskSize.ToWholeSectors(Size) };
        if (IsWanted(session, volume.Id, $"Resize to {DisplayText.Size(parameters.SizeBytes)}"))
        {
            Run(session, volume.Id, "Resizing", AsJob, PassThru, (progress, stop) => session.Live.ResizeVolumeAsync(parameters, progress, stop));
        }
    }
}
