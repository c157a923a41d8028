using System.Collections.Generic;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>What makes a volume: it is built inside the claim and appears by one rename.</summary>
internal abstract class NewVolume : VolumeChange
{
    /// <inheritdoc/>
    public override IWireObject? AnswerAgain(ChangeContext context)
    {
        string? name = context.Group.FindName(context.Request.Name);
        bool isDirectory = name is not null && context.Group.Volumes.TryStat(name) is { IsDirectory: true };
        using DirectoryHandle? directory = isDirectory ? context.Group.Volumes.TryOpenDirectory(name!) : null;
        VolumeMetadata? metadata = directory is null ? null : VolumeFiles.Read(directory, name!).Metadata;
        if (metadata?.OperationId != context.Request.OperationId)
        {
            // Done, and removed since by somebody else: to make it once more would be to do it twice.
            return context.Remembered is null ? null : throw ChangeContext.NotFound(context.Group, context.Request.Name);
        }

        return metadata.Fingerprint == context.Request.Fingerprint
            ? context.Describe(name!)
            : throw OperationIds.Conflict(context.Request.OperationId);
    }

    /// <inheritdoc/>
    public override IWireObject Do(ChangeContext context)
    {
        string name = context.Request.Name;
        RefuseExisting(context);
        using DirectoryHandle directory = context.Claim.Directory.OpenOrMakeDirectory(name);
        VolumeMetadata metadata = Build(context, directory);
        context.Tools.WriteFirstMetadata(directory, name, context.Group.Datastore, metadata, context.Work("metadata"));
        directory.Sync();
        RefuseHalfMade(context, VolumeFiles.Read(directory, name));
        context.Cancel.ThrowIfRequested();
        Commit(context, name);
        return context.Describe(name);
    }

    /// <summary>Makes the disk.</summary>
    /// <returns>What the volume is to carry with it.</returns>
    protected abstract VolumeMetadata Build(ChangeContext context, DirectoryHandle directory);

    /// <summary>Metadata of a new volume.</summary>
    public static VolumeMetadata NewMetadata(ChangeContext context, string format) => new()
    {
        Uuid = RandomBytes.Uuid(),
        Name = context.Request.Name,
        CreatedMs = UnixTime.NowMs,
        CreatorName = context.Request.Caller.Name,
        CreatorUuid = context.Request.Caller.InstanceUuid ?? context.Request.Caller.BiosUuid,
        OperationId = context.Request.OperationId,
        Fingerprint = context.Request.Fingerprint,
        Format = format,
        Access = VolumeAccess.ReadWrite,
        Persistence = VolumePersistence.IndependentPersistent,
        Labels = new Dictionary<string, string>(),
    };


    /// <summary>The commit point: from the rename on the volume is there, whatever happens to this agent.</summary>
    private static void Commit(ChangeContext context, string name)
    {
        if (!context.Claim.IsStillOurs(context.Claim.Intent.Owner))
        {
            throw new OperationException(new WireError(ErrorKind.OperationConflict, $"Another agent took the work on '{context.Group.IdOf(name)}' over, because this one was silent for too long.")
            {
                OperationId = context.Request.OperationId,
            });
        }

        int error = context.Claim.Directory.Rename(name, context.Group.Volumes, name);
        if (error is Errno.NotEmpty or Errno.Exists or Errno.NotDirectory)
        {
            RefuseExisting(context);
        }

        if (error != 0)
        {
            throw new PosixException(error, $"the volume '{context.Group.IdOf(name)}' cannot be put in its place");
        }

        context.Group.Volumes.Sync();
    }

    private static void RefuseExisting(ChangeContext context)
    {
        if (context.Group.FindName(context.Request.Name) is string existing)
        {
            throw new OperationException(new WireError(ErrorKind.VolumeAlreadyExists, $"There is a volume '{context.Group.IdOf(existing)}' already.")
            {
                Target = context.Group.IdOf(existing),
                OperationId = context.Request.OperationId,
                Existing = context.Describe(existing),
                RecommendedAction = "Use it, choose another name, or remove it first.",
            });
        }
    }

    /// <summary>A tool that reports success may still have done nothing.</summary>
    private void RefuseHalfMade(ChangeContext context, VolumeFiles files)
    {
        string? problem = files.Problem ?? (SizeBytes > 0 && files.Descriptor!.SizeBytes != SizeBytes ? $"it has {files.Descriptor.SizeBytes} bytes instead of {SizeBytes}" : null);
        if (problem is not null)
        {
            throw new OperationException(ErrorKind.ToolFailed, $"The host's tools said that they made '{context.Group.IdOf(files.Name)}', but {problem}.");
        }
    }
}
