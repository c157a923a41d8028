using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Volumes.Sidecars;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>Makes the descriptor's list of sidecars fit the files that are there. It may be repeated.</summary>
internal sealed class UpdateSidecarDatabase() : SidecarChange(string.Empty)
{
    /// <inheritdoc/>
    public override string Arguments => string.Empty;

    /// <inheritdoc/>
    protected override IWireObject Do(ChangeContext context, SidecarDisk disk)
    {
        DiskWork work = context.Work("sidecar");
        disk.Patiently(context.Cancel, () => context.Tools.DiskTool.UpdateSidecarDatabase(disk.Directory, disk.FileName, work));
        disk.Refresh();
        context.Remember(null);
        return new ListAnswer<Sidecar>(disk.All(null), null);
    }

    /// <inheritdoc/>
    protected override IWireObject AnswerDone(ChangeContext context)
    {
        using SidecarDisk disk = context.OpenDisk();
        return new ListAnswer<Sidecar>(disk.All(null), null);
    }
}
