using System.Management.Automation;
using EsxAgent.Completion;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet that takes sidecars, from the pipeline too. What goes wrong with one leaves the others alone.</summary>
public abstract class ExistingSidecarCmdlet : SidecarCmdlet
{
    /// <summary>The sidecars: objects, or ids <c>name@datastore:key</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SidecarTransformation]
    [ArgumentCompleter(typeof(SidecarIdCompleter))]
    public VmdkSidecarReference[] Sidecar { get; set; } = [];

    /// <summary>Does to one sidecar what the cmdlet is for.</summary>
    private protected abstract void Process(EsxAgentSession session, VmdkSidecarReference sidecar);

    /// <inheritdoc/>
    private protected override void Ask(EsxAgentSession session)
    {
        foreach (VmdkSidecarReference sidecar in Sidecar)
        {
            Attempt(session, sidecar.Id, () => Process(session, sidecar));
        }
    }
}
