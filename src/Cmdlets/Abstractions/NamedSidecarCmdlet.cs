using System.Management.Automation;
using EsxAgent.Completion;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet that takes sidecars, or disks and the keys of their sidecars. What goes wrong with one leaves the others alone.</summary>
public abstract class NamedSidecarCmdlet : SidecarOrDiskCmdlet
{
    /// <summary>The keys, on each of the disks.</summary>
    [Parameter(ParameterSetName = VolumeSet, Mandatory = true)]
    [Parameter(ParameterSetName = PathSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SidecarKeyCompleter))]
    public string[] Key { get; set; } = [];

    /// <summary>Does to one sidecar what the cmdlet is for.</summary>
    private protected abstract void Process(EsxAgentSession session, VmdkSidecarReference sidecar);

    /// <inheritdoc/>
    private protected override void Ask(EsxAgentSession session)
    {
        foreach (VmdkSidecarReference sidecar in ParameterSetName == SidecarSet ? Sidecar : Named(Key))
        {
            Attempt(session, sidecar.Id, () => Process(session, sidecar));
        }
    }
}
