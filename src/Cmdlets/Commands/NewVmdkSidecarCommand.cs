using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Formatting;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Makes sidecars full of zeros.</summary>
[Cmdlet(VerbsCommon.New, "VmdkSidecar", DefaultParameterSetName = VolumeSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VmdkSidecar))]
public sealed class NewVmdkSidecarCommand : DiskCmdlet
{
    private const string OpenExisting = "open";

    /// <summary>Key of the sidecar, unique on its disk.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Key { get; set; } = string.Empty;

    /// <summary>Size in bytes, rounded up to 4096.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true)]
    [SizeTransformation]
    public long Size { get; set; }

    /// <summary>One that is there is taken as it is, with its size and content.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override string TargetOn(VmdkDiskReference disk) => new VmdkSidecarReference(disk, Key).Id;

    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkDiskReference disk)
    {
        SidecarCreateParams parameters = disk.Name.PutInto(new SidecarCreateParams { Key = Key, SizeBytes = Size, IfExists = Force ? OpenExisting : null });
        if (IsWanted(session, $"sidecar '{TargetOn(disk)}'", $"Create with {DisplayText.Size(Size)}"))
        {
            Sidecar made = WaitForChange(session, $"Creating {TargetOn(disk)}", session.Live.CreateSidecarAsync(parameters, StopToken));
            WriteObject(new VmdkSidecar(made, session.HostName));
        }
    }
}
