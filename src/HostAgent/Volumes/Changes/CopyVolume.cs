using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>Makes a volume with the content of another. The other is only read.</summary>
/// <param name="sourceName">Name of the other.</param>
/// <param name="sourceDatastore">Where it is.</param>
/// <param name="format">The form of the copy; null for the source's.</param>
internal sealed class CopyVolume(string sourceName, DatastoreName sourceDatastore, string? format) : NewVolume
{
    private long _sizeBytes;

    /// <inheritdoc/>
    public override string Arguments => $"{VolumeName.Key(sourceName)}\n{sourceDatastore.Uuid}\n{format}";

    /// <inheritdoc/>
    public override long SizeBytes => _sizeBytes;

    /// <inheritdoc/>
    public override string? Source => $"{sourceDatastore.Uuid}\n{sourceName}";

    /// <summary>Looks at the source: how large the copy will be. That it is not there is no error yet: this may be the repeat of a copy that is done.</summary>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    public void Measure(DatastoreDirectories datastores, string group)
    {
        using GroupDirectory? place = GroupDirectory.TryOpen(datastores, sourceDatastore, group);
        string? name = place?.FindName(sourceName);
        using DirectoryHandle? directory = name is null ? null : place!.Volumes.TryOpenDirectory(name);
        _sizeBytes = directory is null ? 0 : VolumeFiles.ReadSize(directory, name!);
    }

    /// <inheritdoc/>
    protected override VolumeMetadata Build(ChangeContext context, DirectoryHandle directory)
    {
        using GroupDirectory place = GroupDirectory.TryOpen(context.Tools.Datastores, sourceDatastore, context.Request.Group)
            ?? throw ChangeContext.NotFound($"{sourceName}@{sourceDatastore.Name}");
        string name = place.FindName(sourceName) ?? throw ChangeContext.NotFound(place, sourceName);
        using DirectoryHandle source = place.Volumes.TryOpenDirectory(name) ?? throw ChangeContext.NotFound(place, name);
        VolumeFiles files = VolumeFiles.Read(source, name);
        if (files.DescriptorProblem is not null || files.ExtentProblems.Count > 0)
        {
            throw new OperationException(new WireError(ErrorKind.MetadataDamaged, $"The volume '{place.IdOf(name)}' cannot be copied: {files.Problem}.") { Target = place.IdOf(name) });
        }

        _sizeBytes = files.Descriptor!.SizeBytes;
        long booked = VolumeFiles.ReadSize(source, name);
        Quota.Book(context.Group, context.Request, booked, _sizeBytes);
        string wanted = format ?? files.Descriptor.FormatWith(files.Metadata?.Format) ?? VolumeFormat.Thin;
        try
        {
            context.Tools.Vmkfstools.Clone(directory, place.PathOf(name), VolumeFiles.DescriptorOf(context.Request.Name), wanted, context.Work("copy"));
        }
        catch (OperationException e) when (e.Error.Kind == ErrorKind.ToolFailed && !IsInPlace(place, source, name))
        {
            // Another host has removed it meanwhile; that is told below.
        }

        // The tool goes by the path: what it read must be what was looked at, and as large as what was booked. Other hosts know nothing of this copy.
        if (!IsInPlace(place, source, name) || VolumeFiles.ReadSize(source, name) != booked)
        {
            throw new OperationException(new WireError(ErrorKind.OperationConflict, $"The volume '{place.IdOf(name)}' was removed, replaced or enlarged while it was copied.") { Target = place.IdOf(name) });
        }

        VolumeMetadata metadata = NewMetadata(context, wanted);
        return files.Metadata is null ? metadata
            : metadata with { Access = files.Metadata.Access, Persistence = files.Metadata.Persistence, Labels = files.Metadata.Labels };
    }

    private static bool IsInPlace(GroupDirectory place, DirectoryHandle source, string name) => place.Volumes.TryStat(name)?.Inode == source.Status.Inode;
}
