using System.Management.Automation;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet that changes volumes where they are, which may take long.</summary>
public abstract class VolumeInPlaceCmdlet : ExistingVolumeCmdlet
{
    /// <summary>A job does it, one for each volume; the jobs are written.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>The volume is written when it is done.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }
}
