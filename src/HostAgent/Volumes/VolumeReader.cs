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
    /// <param name="isOurs">True for a change that holds the volume's claim itself.</param>
    /// <returns>Null where there is no such directory.</returns>
    public static Volume? TryRead(GroupDirectory group, string name, Attachments attachments, bool isOurs = false)
    {
        const int Looks = 3;
        for (int look = 1; ; look++)
        {
            Volume? volume = Look(group, name, attachments);
            if (volume?.Problem is null || isOurs || look == Looks)
            {
                return volume;
            }

            // In the middle of a change nothing fits; the claim that was looked at may already be another one's, so it is looked at again.
            if (group.IsClaimed(name) && group.Volumes.TryStat(name) is not null)
            {
                return volume with { State = VolumeState.Staging };
            }
        }
    }

    private static Volume? Look(GroupDirectory group, string name, Attachments attachments)
    {
        try
        {
            using DirectoryHandle? directory = group.Volumes.TryOpenDirectory(name);
            return directory is null ? null : Describe(group, VolumeFiles.Read(directory, name), attachments);
        }
        catch (PosixException e)
        {
            return Named(group, name) with { State = VolumeState.Damaged, Problem = e.Number is Errno.NotDirectory or Errno.TooManyLinks ? $"'{name}' is no directory" : e.Message };
        }
    }

    /// <summary>Puts together what was read.</summary>
    private static Volume Describe(GroupDirectory group, VolumeFiles files, Attachments attachments)
    {
        VolumeMetadata? metadata = files.Metadata;
        bool isAttached = attachments.IsAttached(group, files.Name, out string? vm);
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
            AttachedTo = vm ?? (isAttached || attachments.UnknownReason is not null ? Unknown : null),
            AttachedReason = vm is not null ? null : isAttached ? "it is attached to a VM of another group" : attachments.UnknownReason,
            Snapshots = files.Snapshots.Count,
            State = files.Problem is null ? VolumeState.Ok : VolumeState.Damaged,
            Problem = files.Problem,
        };
    }

    private static Volume Named(GroupDirectory group, string name) => new()
    {
        Id = group.IdOf(name),
        Name = name,
        Datastore = group.Datastore.Name,
        Group = group.Group,
        Path = group.PathOf(name),
    };
}
