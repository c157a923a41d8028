using System.Management.Automation;
using EsxAgent.Completion;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet that takes volumes, from the pipeline too. What goes wrong with one leaves the others alone.</summary>
public abstract class ExistingVolumeCmdlet : VolumeCmdlet
{
    /// <summary>The volumes: objects, or ids <c>name@datastore</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Id")]
    [ValidateNotNullOrEmpty]
    [VolumeTransformation]
    [ArgumentCompleter(typeof(VolumeIdCompleter))]
    public VmdkVolumeReference[] Volume { get; set; } = [];

    /// <summary>Does to one volume what the cmdlet is for.</summary>
    private protected abstract void Process(EsxAgentSession session, VmdkVolumeReference volume);

    /// <inheritdoc/>
    private protected sealed override void Ask(EsxAgentSession session)
    {
        foreach (VmdkVolumeReference volume in Volume)
        {
            Attempt(session, volume.Id, () => Process(session, volume));
        }
    }
}
