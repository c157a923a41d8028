using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Formatting;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Changes the size of sidecars.</summary>
[Cmdlet(VerbsCommon.Resize, "VmdkSidecar", DefaultParameterSetName = SidecarSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VmdkSidecar))]
public sealed class ResizeVmdkSidecarCommand : NamedSidecarCmdlet
{
    /// <summary>New size in bytes, rounded up to 4096. Not by property name: the size of a sidecar that comes along the pipeline is the old one.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [SizeTransformation]
    public long Size { get; set; }

    /// <summary>The sidecar is written as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkSidecarReference sidecar)
    {
        if (!IsWanted(session, $"sidecar '{sidecar.Id}'", $"Resize to {DisplayText.Size(Size)}"))
        {
            return;
        }

        SidecarResizeParams parameters = sidecar.Disk.Name.PutInto(new SidecarResizeParams { Key = sidecar.Key, SizeBytes = Size });
        Sidecar resized = WaitForChange(session, $"Resizing {sidecar.Id}", session.Live.ResizeSidecarAsync(parameters, StopToken));
        if (PassThru)
        {
            WriteObject(new VmdkSidecar(resized, session.HostName));
        }
    }
}
