using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Gives back the blocks of volumes that hold only zeros. What they hold stays the same.</summary>
[Cmdlet(VerbsCommon.Optimize, "VmdkVolume", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VmdkVolume), typeof(Job))]
public sealed class OptimizeVmdkVolumeCommand : VolumeInPlaceCmdlet
{
    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkVolumeReference volume)
    {
        var parameters = new VolumeConvertParams { Name = volume.Name, Datastore = volume.Place, To = VolumeFormat.Thin };
        if (IsWanted(session, volume.Id, "Give back blocks of zeros"))
        {
            Run(session, volume.Id, "Optimizing", AsJob, PassThru, (progress, stop) => session.Live.ConvertVolumeAsync(parameters, progress, stop));
        }
    }
}
