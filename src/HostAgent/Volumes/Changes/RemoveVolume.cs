using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>Removes a volume: it leaves its place by one rename into the claim, and is deleted there. One that is absent is removed already.</summary>
/// <param name="force">True to remove also one that has delta disks or holds files that are not its own.</param>
internal sealed class RemoveVolume(bool force) : VolumeChange
{
    /// <inheritdoc/>
    public override string Arguments => force ? "force" : string.Empty;

    /// <inheritdoc/>
    public override IWireObject Do(ChangeContext context)
    {
        if (context.Group.FindName(context.Request.Name) is not string name)
        {
            return new VolumeRemoval(false);
        }

        context.RefuseAttached(name);
        VolumeMetadata? metadata = RefuseContent(context, name);
        context.ConfirmCaller();
        context.Cancel.ThrowIfRequested();
        RememberMaker(context, metadata);
        Take(context, name);
        context.Remember(null);
        return new VolumeRemoval(true);
    }

    /// <inheritdoc/>
    protected override IWireObject AnswerDone(ChangeContext context) => new VolumeRemoval(true);

    /// <summary>The volume's own metadata tells that it was made, as long as it is there; from now on a record does.</summary>
    private static void RememberMaker(ChangeContext context, VolumeMetadata? metadata)
    {
        bool mayBeRepeated = metadata is not null && OperationIds.IsValid(metadata.OperationId)
            && UnixTime.NowMs - metadata.CreatedMs < OperationRecords.KeepSeconds * 1_000L;
        if (mayBeRepeated)
        {
            OperationRecords.Write(context.Group, metadata!.OperationId, new OperationRecord(Methods.VolumeCreate, metadata.Fingerprint, metadata.Name, metadata.Uuid));
        }
    }

    /// <summary>The commit point: from the rename on the volume is gone, and recovery deletes what this agent does not.</summary>
    private static void Take(ChangeContext context, string name)
    {
        int error = context.Group.Volumes.Rename(name, context.Claim.Directory, name);
        if (error is not (0 or Errno.NoEntry))
        {
            throw new PosixException(error, $"the volume '{context.Group.IdOf(name)}' cannot be taken away");
        }

        context.Claim.Directory.Sync();
        context.Group.Volumes.Sync();
    }

    /// <returns>The volume's metadata; null where it has none that can be read.</returns>
    private VolumeMetadata? RefuseContent(ChangeContext context, string name)
    {
        DirectoryHandle? directory;
        try
        {
            directory = context.Group.Volumes.TryOpenDirectory(name);
        }
        catch (PosixException e) when (force && e.Number is Errno.NotDirectory or Errno.TooManyLinks)
        {
            // A file or a link in the place of a volume: the name is taken away, nothing is followed.
            return null;
        }

        using (directory)
        {
            VolumeFiles? files = directory is null ? null : VolumeFiles.Read(directory, name);
            if (files is not null && !force)
            {
                context.RefuseSnapshots(files);
                RefuseForeign(context, files);
            }

            if (files is not null)
            {
                RefuseLocked(context, directory!, files);
            }

            return files?.Metadata;
        }
    }

    private static void RefuseForeign(ChangeContext context, VolumeFiles files)
    {
        if (files.Foreign.Count > 0)
        {
            throw new OperationException(new WireError(
                ErrorKind.VolumeInUse, $"The directory of '{context.Group.IdOf(files.Name)}' holds {files.Foreign.Count} file(s) that are not the volume's, for example '{files.Foreign[0]}'.")
            {
                Target = context.Group.IdOf(files.Name),
                RecommendedAction = "Look at Test-VmdkVolume -Detailed; with -Force they are removed too.",
            });
        }
    }

    /// <summary>A disk that a running VM or a tool has open cannot be opened for writing on VMFS; a tool of the simulated host holds a lock.</summary>
    private static void RefuseLocked(ChangeContext context, DirectoryHandle directory, VolumeFiles files)
    {
        foreach (Extent extent in files.Descriptor?.Extents ?? [])
        {
            if (extent.FileName is string name && !name.Contains('/', System.StringComparison.Ordinal) && directory.IsLocked(name))
            {
                throw new OperationException(new WireError(ErrorKind.VolumeInUse, $"The volume '{context.Group.IdOf(files.Name)}' is locked: a running VM or a tool of the host has it open.")
                {
                    Target = context.Group.IdOf(files.Name),
                    RecommendedAction = "Detach it, or wait until the other one is done.",
                });
            }
        }
    }
}
