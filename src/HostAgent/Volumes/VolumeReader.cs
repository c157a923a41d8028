using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes;

/// <summary>Tells of a volume what is on the datastore at the time of the call.</summary>
internal static class VolumeReader
{
    private const string Unknown = "unknown";

    /// <summary>Reads a volume.</summary>
    /// <param name="group">Where it is.</param>
    /// <param name="name">Name of its directory, as it is written there.</param>
    /// <param name="attachments">Who has which volume.</param>
    /// <returns>Null where there is no such directory.</returns>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    public static Volume? TryRead(GroupDirectory group, string name, Attachments attachments)
    {
        DirectoryHandle? directory;
        try
        {
            directory = group.Volumes.TryOpenDirectory(name);
        }
        catch (PosixException e) when (e.Number is Errno.NotDirectory or Errno.TooManyLinks)
        {
            return Damaged(group, name, $"'{name}' is no directory");
        }

        if (directory is null)
        {
            return null;
        }

        using (directory)
        {
            return Describe(group, VolumeFiles.Read(directory, name), attachments);
        }
    }

    /// <summary>Puts together what was read.</summary>
    public static Volume Describe(GroupDirectory group, VolumeFiles files, Attachments attachments)
    {
        VolumeMetadata? metadata = files.Metadata;
        string? vm = attachments.VmOf(group, files.Name);
        return Named(group, files.Name) with
        {
            Uuid = metadata?.Uuid,
            SizeBytes = files.Descriptor?.SizeBytes,
            AllocatedBytes = files.AllocatedBytes,
            Format = files.Descriptor?.FormatWith(metadata?.Format),
            Access = metadata?.Access,
            Persistence = metadata?.Persistence,
            Created = metadata is null ? null : UnixTime.FromMs(metadata.CreatedMs),
            CreatedBy = metadata is null ? null : new VolumeCreator(metadata.CreatorName, metadata.CreatorUuid),
            Labels = metadata?.Labels ?? Named(group, files.Name).Labels,
            AttachedTo = vm ?? (attachments.UnknownReason is null ? null : Unknown),
            AttachedReason = vm is null ? attachments.UnknownReason : null,
            Snapshots = files.Snapshots.Count,
            State = files.Problem is null ? "ok" : "damaged",
            Problem = files.Problem,
        };
    }

    private static Volume Damaged(GroupDirectory group, string name, string problem) => Named(group, name) with { State = "damaged", Problem = problem };

    private static Volume Named(GroupDirectory group, string name) => new()
    {
        Id = group.IdOf(name),
        Name = name,
        Datastore = group.Datastore.Name,
        Group = group.Group,
        Path = group.PathOf(name),
    };
}
