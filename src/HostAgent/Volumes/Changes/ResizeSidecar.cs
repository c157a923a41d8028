using System;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Volumes.Sidecars;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>Changes the size of a sidecar. It may be repeated.</summary>
/// <param name="key">Its key.</param>
/// <param name="sizeBytes">Its size afterwards, a multiple of 4096.</param>
internal sealed class ResizeSidecar(string key, long sizeBytes) : SidecarChange(key)
{
    /// <inheritdoc/>
    public override string Arguments => $"{Key}\n{sizeBytes}";

    /// <inheritdoc/>
    public override long MoreBytes => sizeBytes;

    /// <inheritdoc/>
    protected override IWireObject Do(ChangeContext context, SidecarDisk disk)
    {
        long? before = disk.Describe(Key).SizeBytes;
        if (before != sizeBytes)
        {
            if (sizeBytes < before)
            {
                // What lies behind the new end is gone for good.
                context.ConfirmCaller();
            }

            Quota.BookMore(context.Group, context.Request, Math.Max(sizeBytes - (before ?? 0), 0));
            DiskWork work = context.Work("sidecar");
            disk.Patiently(context.Cancel, () => context.Tools.DiskTool.ResizeSidecar(disk.Directory, disk.FileName, Key, sizeBytes, work));
            disk.Refresh();
            if (disk.Describe(Key).SizeBytes is not long after || after != sizeBytes)
            {
                throw new OperationException(ErrorKind.ToolFailed, $"The host's tool said that it gave the sidecar '{Key}' of '{disk.Id}' {sizeBytes} bytes, and it did not.");
            }
        }

        context.Remember(null);
        return disk.Describe(Key);
    }
}
