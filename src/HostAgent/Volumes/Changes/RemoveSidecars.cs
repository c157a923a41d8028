using System.Globalization;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Volumes.Sidecars;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>Removes one sidecar, or all but the agent's own. None there is success.</summary>
/// <param name="key">Its key; empty for all.</param>
internal sealed class RemoveSidecars(string key) : SidecarChange(key)
{
    /// <inheritdoc/>
    public override string Arguments => Key;

    /// <inheritdoc/>
    protected override IWireObject Do(ChangeContext context, SidecarDisk disk)
    {
        Sidecar[] sidecars = Key.Length > 0 ? (disk.FileOf(Key) is null ? [] : [disk.Describe(Key)]) : disk.All(null);
        string note = sidecars.Length.ToString(CultureInfo.InvariantCulture);
        if (sidecars.Length > 0)
        {
            context.ConfirmCaller();
            new SidecarJournal(Key) { Note = note }.Write(context.Claim, null);
            Remove(context, disk, sidecars);
            disk.Refresh();
            if (Key.Length > 0 ? disk.FileOf(Key) is not null : disk.All(null).Length > 0)
            {
                throw new OperationException(ErrorKind.ToolFailed, $"The host's tool said that it removed sidecars of '{disk.Id}', and the descriptor still has them.");
            }
        }

        context.Remember(null, note);
        return new SidecarRemoval(sidecars.Length);
    }

    /// <inheritdoc/>
    protected override IWireObject AnswerDone(ChangeContext context) =>
        new SidecarRemoval(int.TryParse(context.Remembered!.Note, NumberStyles.None, CultureInfo.InvariantCulture, out int removed) ? removed : 0);

    private void Remove(ChangeContext context, SidecarDisk disk, Sidecar[] sidecars)
    {
        DiskWork work = context.Work("sidecar");
        if (Key.Length == 0 && !disk.HasOwn)
        {
            disk.Patiently(context.Cancel, () => context.Tools.DiskTool.RemoveSidecars(disk.Directory, disk.FileName, work));
            return;
        }

        foreach (Sidecar sidecar in sidecars)
        {
            disk.Patiently(context.Cancel, () => context.Tools.DiskTool.RemoveSidecar(disk.Directory, disk.FileName, sidecar.Key!, work));
        }
    }
}
