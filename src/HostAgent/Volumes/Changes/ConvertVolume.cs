using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>Takes and zeroes all blocks of a volume, or gives back those that hold only zeros. What the volume holds stays the same.</summary>
/// <param name="to"><see cref="VolumeFormat.EagerZeroedThick"/> or <see cref="VolumeFormat.Thin"/>.</param>
internal sealed class ConvertVolume(string to) : VolumeChange
{
    /// <inheritdoc/>
    public override string Arguments => to;

    /// <inheritdoc/>
    public override string? To => to;

    /// <inheritdoc/>
    public override IWireObject Do(ChangeContext context)
    {
        string name = context.FindVolume();
        using DirectoryHandle directory = context.OpenVolume(name);
        VolumeFiles files = VolumeFiles.Read(directory, name);
        VolumeMetadata metadata = context.MetadataOf(files);
        string? format = context.DescriptorOf(files).FormatWith(metadata.Format);
        if (to != VolumeFormat.EagerZeroedThick || format != to)
        {
            context.RefuseAttached(name);
            context.RefuseSnapshots(files);
            Convert(context, directory, name, format);
        }

        VolumeTools.WriteMetadata(directory, files.MetadataFile!, metadata with { Format = to, ChangedBy = context.Request.OperationId });
        context.Remember(metadata.Uuid);
        return context.Describe(name);
    }

    private void Convert(ChangeContext context, DirectoryHandle directory, string name, string? format)
    {
        string disk = VolumeFiles.DescriptorOf(name);
        if (to == VolumeFormat.Thin)
        {
            context.Tools.Vmkfstools.PunchZeros(directory, disk, context.Work("punch zeros"));
        }
        else if (format == VolumeFormat.Thin)
        {
            context.Tools.Vmkfstools.Inflate(directory, disk, context.Work("inflate"));
        }
        else
        {
            context.Tools.Vmkfstools.EagerZero(directory, disk, context.Work("zero"));
        }
    }
}
