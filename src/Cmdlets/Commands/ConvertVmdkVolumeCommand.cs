using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Inflates volumes: takes and zeroes all of their blocks. What they hold stays the same.</summary>
[Cmdlet(VerbsData.Convert, "VmdkVolume", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VmdkVolume), typeof(Job))]
public sealed class ConvertVmdkVolumeCommand : VolumeInPlaceCmdlet
{
    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkVolumeReference volume)
    {
        var parameters = new VolumeConvertParams { Name = volume.Name, Datastore = volume.Place, To = VolumeFormat.EagerZeroedThick };
        if (IsWanted(session, volume.Id, $"Inflate to {nameof(VmdkStorageFormat.EagerZeroedThick)}"))
        {
            Run(session, volume.Id, "Inflating", AsJob, PassThru, (progress, stop) => session.Live.ConvertVolumeAsync(parameters, progress, stop));
        }
    }
}
