using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Volumes.Sidecars;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>A change of sidecars, of a volume or of another disk.</summary>
/// <param name="key">The sidecar; empty for all.</param>
internal abstract class SidecarChange(string key) : VolumeChange
{
    /// <summary>The sidecar; empty for all.</summary>
    protected string Key => key;

    /// <inheritdoc/>
    public override IWireObject Do(ChangeContext context)
    {
        using SidecarDisk disk = context.OpenDisk();
        if (!context.Tools.HasSidecars(context.Request.Datastore, context.Cancel))
        {
            throw new OperationException(new WireError(ErrorKind.CapabilityMissing, $"Disks on the datastore '{context.Request.Datastore.Name}' cannot have sidecars.")
            {
                Target = disk.Id,
                RecommendedAction = $"Sidecars need a datastore of type VMFS, and the host's tool '{ToolNames.DiskTool}'.",
            });
        }

        return Do(context, disk);
    }

    /// <summary>Does it.</summary>
    protected abstract IWireObject Do(ChangeContext context, SidecarDisk disk);

    /// <summary>The answer to one that was done before: the sidecar as it is now.</summary>
    protected override IWireObject AnswerDone(ChangeContext context)
    {
        using SidecarDisk disk = context.OpenDisk();
        return disk.Describe(key);
    }
}
