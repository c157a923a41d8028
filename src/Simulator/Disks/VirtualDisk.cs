using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Disks;

/// <summary>
/// A disk that exists, opened and locked as long as this object lives. Who changes it locks the file with its data for itself alone, who reads it
/// shares the lock with other readers; a running virtual machine that has it attached counts as one or the other.
/// </summary>
internal sealed class VirtualDisk : IDisposable
{
    private readonly PosixFile _extent;

    private VirtualDisk(HostDirectory host, DiskPlace place, DiskDescriptor descriptor, PosixFile extent)
    {
        Host = host;
        Place = place;
        Descriptor = descriptor;
        _extent = extent;
    }

    /// <summary>The host.</summary>
    public HostDirectory Host { get; }

    /// <summary>Where the descriptor lies.</summary>
    public DiskPlace Place { get; }

    /// <summary>The descriptor, as it was when the disk was locked; a change is written by <see cref="Save"/>.</summary>
    public DiskDescriptor Descriptor { get; }

    /// <summary>The file with the data.</summary>
    public PosixFile Extent => _extent;

    /// <summary>Opens and locks a disk.</summary>
    /// <param name="host">The host.</param>
    /// <param name="given">The descriptor's path, as the tool was given it.</param>
    /// <param name="writable">Whether it will be changed.</param>
    /// <exception cref="DiskException">There is none, it is damaged, or somebody else has it.</exception>
    public static VirtualDisk Open(HostDirectory host, string given, bool writable)
    {
        DiskPlace place = DiskPlace.Find(host, given) ?? throw new DiskException(ToolErrorCode.NotFound, given);
        try
        {
            DiskDescriptor descriptor = Read(place);
            PosixFile extent = PosixFile.Open(PathOf(host, place, descriptor.Extents[0].FileName), writable);
            try
            {
                DiskUse use = AttachedDisks.Use(host, place.FullPath);
                if (use == DiskUse.Writes || (writable && use != DiskUse.None) || !extent.TryLock(writable))
                {
                    throw new DiskException(ToolErrorCode.Locked, given);
                }

                // Before it was locked, somebody may have changed, renamed or deleted it.
                descriptor = Read(place);
                if (FileStatus.Of(PathOf(host, place, descriptor.Extents[0].FileName))?.Inode != extent.Status.Inode)
                {
                    throw new DiskException(ToolErrorCode.NotFound, given);
                }

                return new VirtualDisk(host, place, descriptor, extent);
            }
            catch
            {
                extent.Dispose();
                throw;
            }
        }
        catch (PosixException problem)
        {
            throw new DiskException(ToolErrorCode.Of(problem.Error), given);
        }
    }

    /// <summary>Reads a descriptor.</summary>
    /// <exception cref="PosixException">It cannot be read.</exception>
    /// <exception cref="DiskException">It is none.</exception>
    public static DiskDescriptor Read(DiskPlace place)
    {
        byte[] text = PosixFile.ReadAll(place.OpenPath, DiskDescriptor.MostBytes);
        return (text.Length > DiskDescriptor.MostBytes ? null : DiskDescriptor.Parse(text)) ?? throw new DiskException(ToolErrorCode.NotADisk, place.Given);
    }

    /// <summary>The path on this machine of a file that a descriptor names.</summary>
    /// <exception cref="DiskException">It leads out of the datastores.</exception>
    public static string PathOf(HostDirectory host, DiskPlace place, string name)
    {
        string path = name.StartsWith('/') ? name : Path.Combine(place.Directory, name);
        return DiskPlace.Find(host, path)?.OpenPath ?? throw new DiskException(ToolErrorCode.NotFound, place.Given);
    }

    /// <summary>The path on this machine of a file that the descriptor names.</summary>
    public string PathOf(string name) => PathOf(Host, Place, name);

    /// <summary>All files of the disk that are there, the descriptor last.</summary>
    public List<string> Files()
    {
        var names = new List<string>();
        foreach ((_, string name) in SidecarList.Read(Descriptor, Place.Given))
        {
            names.Add(name);
        }

        if (Descriptor.ChangeTrackPath is { } tracking)
        {
            names.Add(tracking);
        }

        foreach (DiskExtent one in Descriptor.Extents)
        {
            names.Add(one.FileName);
        }

        List<string> files = names.ConvertAll(PathOf);
        files.Add(Place.OpenPath);
        files.RemoveAll(one => FileStatus.Of(one) is null);
        return files;
    }

    /// <summary>Refuses what is no flat disk in one file: only its data can be read without knowing more.</summary>
    /// <returns>This disk.</returns>
    /// <exception cref="DiskException">It is a snapshot's disk, a raw device, or has several files.</exception>
    public VirtualDisk RequireFlat() => Descriptor is { CreateType: "vmfs", Extents: [{ Type: "VMFS" }] }
        ? this
        : throw new DiskException(ToolErrorCode.WrongDiskType, Place.Given);

    /// <summary>Writes the descriptor.</summary>
    public void Save() => Write(Place.OpenPath, Descriptor);

    /// <summary>Writes a descriptor by way of a neighbour and a rename: who reads it meanwhile sees the old or the new one.</summary>
    public static void Write(string path, DiskDescriptor descriptor)
    {
        string neighbour = path + "~";
        using (PosixFile file = PosixFile.Replace(neighbour))
        {
            file.Write(Encoding.UTF8.GetBytes(descriptor.Text()), 0);
        }

        PosixFile.Move(neighbour, path);
    }

    /// <inheritdoc/>
    public void Dispose() => _extent.Dispose();
}
