using System;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.HostAgent.Volumes.Sidecars;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>A change while it runs: what it was asked, the claim that it holds, and how it tells what it does.</summary>
internal sealed class ChangeContext(
    VolumeTools tools, GroupDirectory group, Claim claim, ChangeRequest request, OperationRecord? remembered, ChangeRun run, Action confirmCaller)
{
    /// <summary>The tools.</summary>
    public VolumeTools Tools => tools;

    /// <summary>Where the volume is.</summary>
    public GroupDirectory Group => group;

    /// <summary>The claim of its name.</summary>
    public Claim Claim => claim;

    /// <summary>What was asked.</summary>
    public ChangeRequest Request => request;

    /// <summary>The record of this operation; null where there is none.</summary>
    public OperationRecord? Remembered => remembered;

    /// <summary>Cancels it.</summary>
    public CancelSignal Cancel => run.Cancel;

    /// <summary>Work of a tool, reported as a part of the whole.</summary>
    /// <param name="title">What is being done.</param>
    public DiskWork Work(string title) => new(run.Cancel, percent => run.Report(title, percent));

    /// <summary>Asks the host again who is calling, before something is destroyed.</summary>
    /// <exception cref="OperationException"><c>PeerUnidentified</c>.</exception>
    public void ConfirmCaller() => confirmCaller();

    /// <summary>Finds the volume.</summary>
    /// <returns>Its name as the datastore has it.</returns>
    /// <exception cref="OperationException"><c>VolumeNotFound</c>.</exception>
    public string FindVolume() => group.FindName(request.Name) ?? throw NotFound(group, request.Name);

    /// <summary>Opens the directory of the volume.</summary>
    /// <exception cref="OperationException"><c>VolumeNotFound</c>.</exception>
    /// <exception cref="PosixException">It is no directory, or cannot be opened.</exception>
    public DirectoryHandle OpenVolume(string name) => group.Volumes.TryOpenDirectory(name) ?? throw NotFound(group, name);

    /// <summary>Refuses a volume that a VM has.</summary>
    /// <exception cref="OperationException"><c>VolumeInUse</c>, with the VM.</exception>
    public void RefuseAttached(string name)
    {
        Attachments attachments = Attachments.Read(tools.Datastores, request.Machines);
        if (attachments.IsAttached(group, name, out string? vm))
        {
            string holder = vm is null ? "a VM of another group" : $"the VM '{vm}'";
            throw new OperationException(new WireError(ErrorKind.VolumeInUse, $"The volume '{group.IdOf(name)}' is attached to {holder}.")
            {
                Target = group.IdOf(name),
                RecommendedAction = "Detach it first.",
            });
        }
    }

    /// <summary>Refuses a change of a disk that delta disks stand on: it would tear them off.</summary>
    /// <exception cref="OperationException"><c>VolumeInUse</c>.</exception>
    public void RefuseSnapshots(VolumeFiles files)
    {
        if (files.Snapshots.Count > 0)
        {
            throw new OperationException(new WireError(ErrorKind.VolumeInUse, $"The volume '{group.IdOf(files.Name)}' has {files.Snapshots.Count} delta disk(s) of snapshots.")
            {
                Target = group.IdOf(files.Name),
                RecommendedAction = "Delete the snapshots of the VM that it was attached to.",
            });
        }
    }

    /// <summary>The volume as it is now.</summary>
    /// <exception cref="OperationException"><c>VolumeNotFound</c>.</exception>
    public Volume Describe(string name) => VolumeReader.TryRead(group, name, Attachments.Read(tools.Datastores, request.Machines), isOurs: true) ?? throw NotFound(group, name);

    /// <summary>Opens the disk whose sidecars are to change.</summary>
    /// <exception cref="OperationException"><c>VolumeNotFound</c>, <c>MetadataDamaged</c>.</exception>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    public SidecarDisk OpenDisk() => request.VmdkPath?.Open(tools.Datastores) ?? SidecarDisk.Open(group, request.Name);

    /// <summary>Remembers that it is done.</summary>
    /// <param name="uuid">Uuid of the volume; null where it is not known.</param>
    /// <param name="note">What the answer said that cannot be seen later.</param>
    /// <exception cref="PosixException">The datastore cannot be written.</exception>
    public void Remember(string? uuid, string note = "") =>
        OperationRecords.Write(group, request.OperationId, new OperationRecord(request.Method, request.Fingerprint, request.Name, uuid, note));

    /// <summary>There is no such volume.</summary>
    public static OperationException NotFound(GroupDirectory group, string name) => NotFound(group.IdOf(name));

    /// <summary>There is no such volume.</summary>
    public static OperationException NotFound(string id) => new(new WireError(ErrorKind.VolumeNotFound, $"There is no volume '{id}'.") { Target = id });

    /// <summary>The metadata of a volume, for a change that needs it.</summary>
    /// <exception cref="OperationException"><c>MetadataDamaged</c>.</exception>
    public VolumeMetadata MetadataOf(VolumeFiles files) => files.Metadata ?? throw new OperationException(
        new WireError(ErrorKind.MetadataDamaged, $"The volume '{group.IdOf(files.Name)}' cannot be changed: {files.MetadataProblem}.")
        {
            Target = group.IdOf(files.Name),
            RecommendedAction = "Repair it (Repair-VmdkVolume) or remove it (Remove-VmdkVolume).",
        });

    /// <summary>The descriptor of a volume, for a change that needs it.</summary>
    /// <exception cref="OperationException"><c>MetadataDamaged</c>.</exception>
    public Descriptor DescriptorOf(VolumeFiles files) => files.Descriptor ?? throw new OperationException(
        new WireError(ErrorKind.MetadataDamaged, $"The volume '{group.IdOf(files.Name)}' cannot be changed: {files.DescriptorProblem}.")
        {
            Target = group.IdOf(files.Name),
            RecommendedAction = "Look at Test-VmdkVolume -Detailed; it may have to be removed.",
        });
}
