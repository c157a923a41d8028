using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.HostAgent.Volumes.Store;

namespace EsxAgent.HostAgent.Volumes;

/// <summary>What the changes of volumes work with: the datastores, the host's disk tools, and the writing of metadata.</summary>
internal sealed class VolumeTools(DatastoreDirectories datastores, VmkfstoolsTool vmkfstools, DiskToolTool diskTool)
{
    private readonly Dictionary<string, bool> _hasSidecars = [];

    /// <summary>The datastores.</summary>
    public DatastoreDirectories Datastores => datastores;

    /// <summary>Makes and changes disks.</summary>
    public VmkfstoolsTool Vmkfstools => vmkfstools;

    /// <summary>Makes and changes sidecars.</summary>
    public DiskToolTool DiskTool => diskTool;

    /// <summary>Gives a disk that was just made its metadata; one that came along with a clone is overwritten.</summary>
    /// <param name="directory">Where the disk is.</param>
    /// <param name="name">Name of the volume.</param>
    /// <param name="datastore">The datastore that it is on.</param>
    /// <param name="metadata">The metadata.</param>
    /// <param name="work">Cancels the tool.</param>
    /// <exception cref="OperationException">The tool failed, or left no sidecar.</exception>
    /// <exception cref="PosixException">The datastore cannot be written.</exception>
    public void WriteFirstMetadata(DirectoryHandle directory, string name, DatastoreName datastore, VolumeMetadata metadata, DiskWork work)
    {
        VolumeFiles files = VolumeFiles.Read(directory, name);
        if (files.MetadataFile is null)
        {
            if (HasSidecars(datastore, work.Cancel))
            {
                try
                {
                    diskTool.CreateSidecar(directory, VolumeFiles.DescriptorOf(name), VolumeFiles.MetadataKey, MetadataSlots.FileBytes, work);
                }
                catch (OperationException)
                {
                    RemoveUnnamed(directory, files);
                    throw;
                }

                files = VolumeFiles.Read(directory, name);
            }
            else
            {
                using FileHandle file = directory.TryMakeFile(VolumeFiles.MetadataFileOf(name))
                    ?? throw new PosixException(Errno.Exists, $"'{VolumeFiles.MetadataFileOf(name)}' is there already");
                file.Truncate(MetadataSlots.FileBytes);
                MetadataSlots.Write(file, metadata.ToJson());
                return;
            }
        }

        string sidecar = files.MetadataFile ?? throw new OperationException(
            Protocol.Errors.ErrorKind.ToolFailed, $"The host's tool '{ToolNames.DiskTool}' said that it made the sidecar '{VolumeFiles.MetadataKey}', and there is none.");
        WriteMetadata(directory, sidecar, metadata);
    }

    /// <summary>Takes away the file of a sidecar that came to be since and did not come into the descriptor: it would be in the way of the next attempt.</summary>
    private static void RemoveUnnamed(DirectoryHandle directory, VolumeFiles before)
    {
        VolumeFiles now = VolumeFiles.Read(directory, before.Name);
        foreach (string file in now.SidecarFiles)
        {
            if (!before.SidecarFiles.Contains(file) && now.Descriptor?.Sidecars.Exists(sidecar => sidecar.Value == file) == false)
            {
                directory.RemoveFile(file);
            }
        }
    }

    /// <summary>Writes metadata over the older slot of a file that has two.</summary>
    /// <exception cref="PosixException">The datastore cannot be written; the metadata before it stands.</exception>
    public static void WriteMetadata(DirectoryHandle directory, string fileName, VolumeMetadata metadata)
    {
        using FileHandle file = directory.TryOpenFile(fileName, forWriting: true) ?? throw new PosixException(Errno.NoEntry, $"'{directory.Path}/{fileName}' vanished");
        if (file.Status.Size < MetadataSlots.FileBytes)
        {
            file.Truncate(MetadataSlots.FileBytes);
        }

        MetadataSlots.Write(file, metadata.ToJson());
    }

    /// <summary>Gives an extent the size that the descriptor says.</summary>
    /// <exception cref="PosixException">It cannot be written.</exception>
    public static void SetExtentSize(DirectoryHandle directory, ExtentProblem problem)
    {
        using FileHandle? file = directory.TryOpenFile(problem.FileName, forWriting: true);
        file?.Truncate(problem.WantedBytes);
        file?.Sync();
    }

    /// <summary>Takes back what an enlargement has added that did not come to its end: the descriptor, and so every guest, still knows the old size.</summary>
    /// <returns>False where the tool still runs, or somebody else has the disk open.</returns>
    /// <exception cref="PosixException">The datastore cannot be read or written.</exception>
    public static bool TryTakeBackGrowth(DirectoryHandle directory, string name)
    {
        foreach (ExtentProblem problem in VolumeFiles.Read(directory, name).ExtentProblems)
        {
            if (problem.ActualBytes > problem.WantedBytes)
            {
                if (directory.IsLocked(problem.FileName))
                {
                    return false;
                }

                SetExtentSize(directory, problem);
            }
        }

        return true;
    }

    /// <summary>Whether disks on a datastore can have sidecars. Asked once for each, by the kind of its filesystem.</summary>
    public bool HasSidecars(DatastoreName datastore, CancelSignal cancel)
    {
        if (!diskTool.IsThere)
        {
            return false;
        }

        lock (_hasSidecars)
        {
            if (_hasSidecars.TryGetValue(datastore.Uuid, out bool known))
            {
                return known;
            }
        }

        bool has = vmkfstools.FilesystemKind($"{DatastoreDirectories.HostVolumes}/{datastore.Uuid}", cancel)?.StartsWith("VMFS", StringComparison.OrdinalIgnoreCase) == true;
        lock (_hasSidecars)
        {
            _hasSidecars[datastore.Uuid] = has;
        }

        return has;
    }
}
