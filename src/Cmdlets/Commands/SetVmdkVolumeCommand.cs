using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Changes access, persistence and labels of volumes.</summary>
[Cmdlet(VerbsCommon.Set, "VmdkVolume", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VmdkVolume))]
public sealed class SetVmdkVolumeCommand : ExistingVolumeCmdlet
{
    /// <summary>Who may write.</summary>
    [Parameter]
    public VmdkAccess? Access { get; set; }

    /// <summary>How it takes part in snapshots.</summary>
    [Parameter]
    public VmdkPersistence? Persistence { get; set; }

    /// <summary>All labels from now on; an empty dictionary takes them away.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Label { get; set; }

    /// <summary>The volume is written as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Access is null && Persistence is null && Label is null)
        {
            ThrowTerminatingError(ErrorRecords.NothingToChange());
        }
    }

    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkVolumeReference volume)
    {
        var parameters = new VolumeUpdateParams
        {
            Name = volume.Name,
            Datastore = volume.Place,
            Access = VolumeWords.ToWire(Access),
            Persistence = VolumeWords.ToWire(Persistence),
            Labels = VolumeLabels.ToWire(Label),
        };
        if (IsWanted(session, volume.Id, $"Set {string.Join(", ", Changes())}"))
        {
            Run(session, volume.Id, "Changing", false, PassThru, (progress, stop) => session.Live.UpdateVolumeAsync(parameters, progress, stop));
        }
    }

    private IEnumerable<string> Changes()
    {
        if (Access is not null)
        {
            yield return $"Access to {Access}";
        }

        if (Persistence is not null)
        {
            yield return $"Persistence to {Persistence}";
        }

        if (Label is not null)
        {
            yield return Label.Count == 0 ? "no labels" : "the labels";
        }
    }
}
