using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Removes volumes with all that they hold.</summary>
[Cmdlet(VerbsCommon.Remove, "VmdkVolume", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveVmdkVolumeCommand : ExistingVolumeCmdlet
{
    /// <summary>Also where it has snapshots, or where files that are not its own lie in its directory. Never where it is attached.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkVolumeReference volume)
    {
        if (!IsWanted(session, volume.Id, Force ? "Remove by force" : "Remove"))
        {
            return;
        }

        var parameters = new VolumeRemoveParams { Name = volume.Name, Datastore = volume.Place, Force = Force };
        VolumeRemoval removal = WaitFor<VolumeRemoval>(
            session, $"Removing {volume.Id}", (progress, stop) => session.Live.RemoveVolumeAsync(parameters, progress, stop));
        if (!removal.Removed)
        {
            WriteWarning($"There is no volume '{volume.Id}' on {session.HostName}: nothing was removed.");
        }
    }
}
