using System.Management.Automation;
using System.Threading.Tasks;
using EsxAgent.Abstractions;
using EsxAgent.Completion;
using EsxAgent.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Removes sidecars with all that they hold.</summary>
[Cmdlet(VerbsCommon.Remove, "VmdkSidecar", DefaultParameterSetName = SidecarSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveVmdkSidecarCommand : SidecarOrDiskCmdlet
{
    /// <summary>The keys, on each of the disks.</summary>
    [Parameter(ParameterSetName = VolumeSet)]
    [Parameter(ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SidecarKeyCompleter))]
    public string[] Key { get; set; } = [];

    /// <summary>Every sidecar of the disks, in place of single ones.</summary>
    [Parameter(ParameterSetName = VolumeSet)]
    [Parameter(ParameterSetName = PathSet)]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    private protected override void Ask(EsxAgentSession session)
    {
        if (ParameterSetName != SidecarSet && All == (Key.Length > 0))
        {
            ThrowTerminatingError(ErrorRecords.KeyOrAllNeeded());
        }

        foreach (VmdkSidecarReference sidecar in ParameterSetName == SidecarSet ? Sidecar : Named(Key))
        {
            Attempt(session, sidecar.Id, () => Remove(session, sidecar));
        }

        foreach (VmdkDiskReference disk in All ? Disks : [])
        {
            Attempt(session, disk.Id, () => Clear(session, disk));
        }
    }

    private void Remove(EsxAgentSession session, VmdkSidecarReference sidecar)
    {
        if (IsWanted(session, $"sidecar '{sidecar.Id}'", "Remove"))
        {
            SidecarKeyParams parameters = sidecar.Disk.Name.PutInto(new SidecarKeyParams { Key = sidecar.Key });
            if (WaitForChange(session, $"Removing {sidecar.Id}", session.Live.RemoveSidecarAsync(parameters, StopToken)).Removed == 0)
            {
                WriteWarning($"There is no sidecar '{sidecar.Id}' on {session.HostName}: nothing was removed.");
            }
        }
    }

    private void Clear(EsxAgentSession session, VmdkDiskReference disk)
    {
        if (IsWanted(session, $"all sidecars of '{disk.Id}'", "Remove"))
        {
            Task<SidecarRemoval> clearing = session.Live.ClearSidecarsAsync(disk.Name.PutInto(new SidecarChangeParams()), StopToken);
            SidecarRemoval removal = WaitForChange(session, $"Removing the sidecars of {disk.Id}", clearing);
            WriteVerbose($"{removal.Removed} sidecars of '{disk.Id}' were removed.");
        }
    }
}
