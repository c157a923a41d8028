using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Looks at volumes for damage.</summary>
[Cmdlet(VerbsDiagnostic.Test, "VmdkVolume")]
[OutputType(typeof(bool), typeof(VmdkVolumeReport))]
public sealed class TestVmdkVolumeCommand : ExistingVolumeCmdlet
{
    /// <summary>Everything that was found, and what repair can do about it, instead of one answer.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkVolumeReference volume)
    {
        VolumeReport report = WaitFor(session.Live.CheckVolumeAsync(volume.Name, volume.Place, StopToken));
        if (!Detailed)
        {
            WriteObject(report.IsHealthy);
            return;
        }

        foreach (VmdkVolumeReport one in VmdkVolumeReport.Of(report, session.HostName))
        {
            WriteObject(one);
        }
    }
}
