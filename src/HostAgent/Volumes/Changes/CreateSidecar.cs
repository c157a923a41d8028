using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Volumes.Sidecars;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>Makes a sidecar.</summary>
/// <param name="key">Its key.</param>
/// <param name="sizeBytes">Its size, a multiple of 4096.</param>
/// <param name="opensExisting">True to take one that is there as it is.</param>
internal sealed class CreateSidecar(string key, long sizeBytes, bool opensExisting) : SidecarChange(key)
{
    /// <inheritdoc/>
    public override string Arguments => $"{Key}\n{sizeBytes}\n{opensExisting}";

    /// <inheritdoc/>
    public override long MoreBytes => sizeBytes;

    /// <inheritdoc/>
    protected override IWireObject Do(ChangeContext context, SidecarDisk disk)
    {
        bool isThere = disk.FileOf(Key) is not null;
        if (isThere && !opensExisting)
        {
            throw new OperationException(new WireError(ErrorKind.SidecarAlreadyExists, $"The disk '{disk.Id}' has a sidecar '{Key}' already.")
            {
                Target = Key,
                RecommendedAction = "Take another key, or open the one that is there (New-VmdkSidecar -Force).",
            });
        }

        long size = isThere ? disk.Describe(Key).SizeBytes ?? sizeBytes : sizeBytes;
        if (!isThere)
        {
            Quota.BookMore(context.Group, context.Request, sizeBytes);
            new SidecarJournal(Key) { SizeBytes = sizeBytes }.Write(context.Claim, null);
        }

        DiskWork work = context.Work("sidecar");
        disk.Patiently(context.Cancel, () => context.Tools.DiskTool.CreateSidecar(disk.Directory, disk.FileName, Key, size, work, opensExisting));
        disk.Refresh();
        Sidecar made = disk.Describe(Key);
        if (made.SizeBytes != size)
        {
            throw new OperationException(ErrorKind.ToolFailed, $"The host's tool said that it made the sidecar '{Key}' of '{disk.Id}' with {size} bytes, and it has {made.SizeBytes ?? 0}.");
        }

        try
        {
            context.Remember(null);
        }
        catch (PosixException) when (!isThere)
        {
            // Nobody would know whose it is when the change is asked for again.
            disk.Patiently(context.Cancel, () => context.Tools.DiskTool.RemoveSidecar(disk.Directory, disk.FileName, Key, work));
            throw;
        }

        return made;
    }
}
