using System.Globalization;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>Makes a volume larger. The size that it has already is success.</summary>
internal sealed class ResizeVolume(long sizeBytes) : VolumeChange
{
    /// <inheritdoc/>
    public override string Arguments => sizeBytes.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override long SizeBytes => sizeBytes;

    /// <inheritdoc/>
    public override IWireObject Do(ChangeContext context)
    {
        string name = context.FindVolume();
        using DirectoryHandle directory = context.OpenVolume(name);
        VolumeFiles files = VolumeFiles.Read(directory, name);
        long before = context.DescriptorOf(files).SizeBytes;
        if (sizeBytes < before)
        {
            throw new OperationException(new WireError(ErrorKind.SizeOutOfRange, $"The volume '{context.Group.IdOf(name)}' has {before} bytes and can only become larger.")
            {
                Target = context.Group.IdOf(name),
            });
        }

        if (sizeBytes > before || files.ExtentProblems.Count > 0)
        {
            context.RefuseAttached(name);
            context.RefuseSnapshots(files);
            Quota.Book(context.Group, context.Request, sizeBytes - before, sizeBytes);
            Extend(context, directory, files);
        }

        context.Remember(files.Metadata?.Uuid);
        return context.Describe(name);
    }

    private void Extend(ChangeContext context, DirectoryHandle directory, VolumeFiles before)
    {
        string name = before.Name;
        try
        {
            string? format = before.Descriptor!.FormatWith(before.Metadata?.Format);
            context.Tools.Vmkfstools.Extend(directory, VolumeFiles.DescriptorOf(name), sizeBytes, format, context.Work("resize"));
        }
        catch (OperationException)
        {
            _ = VolumeTools.TryTakeBackGrowth(directory, name);
            throw;
        }

        VolumeFiles after = VolumeFiles.Read(directory, name);
        if (after.Descriptor?.SizeBytes != sizeBytes || after.ExtentProblems.Count > 0)
        {
            throw new OperationException(ErrorKind.ToolFailed, $"The host's tool said that it made '{context.Group.IdOf(name)}' larger, but {after.Problem ?? "it did not"}.");
        }
    }
}
