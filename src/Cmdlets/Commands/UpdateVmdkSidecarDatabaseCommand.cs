using System.Management.Automation;
using System.Threading.Tasks;
using EsxAgent.Abstractions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Makes the list of sidecars in a disk's descriptor fit the files that are there.</summary>
[Cmdlet(VerbsData.Update, "VmdkSidecarDatabase", DefaultParameterSetName = VolumeSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(VmdkSidecar))]
public sealed class UpdateVmdkSidecarDatabaseCommand : DiskCmdlet
{
    /// <summary>The sidecars that the disk has afterwards are written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkDiskReference disk)
    {
        if (!IsWanted(session, $"descriptor of '{disk.Id}'", "Update the list of sidecars"))
        {
            return;
        }

        Task<ListResult<Sidecar>> change = session.Live.UpdateSidecarDatabaseAsync(disk.Name.PutInto(new SidecarChangeParams()), StopToken);
        ListResult<Sidecar> sidecars = WaitForChange(session, $"Updating {disk.Id}", change);
        foreach (Sidecar sidecar in PassThru ? sidecars.Items : [])
        {
            WriteObject(new VmdkSidecar(sidecar, session.HostName));
        }
    }
}
