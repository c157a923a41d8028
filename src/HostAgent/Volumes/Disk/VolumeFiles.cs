using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Volumes.Disk;

/// <summary>What is in a volume's directory, read once: descriptor, extents, metadata, and what else lies there.</summary>
internal sealed class VolumeFiles
{
    /// <summary>Key of the sidecar that holds the metadata.</summary>
    public const string MetadataKey = "esxagent";

    private const string DescriptorEnding = ".vmdk";
    private const string MetadataEnding = ".esxagent.meta";

    /// <summary>Ends of files that ESXi itself puts beside a disk: change tracking, digests, locks of NFS.</summary>
    private static readonly string[] s_hostEndings = ["-ctk.vmdk", "-digest.vmdk", "-digest-flat.vmdk"];

    private VolumeFiles(string name) => Name = name;

    /// <summary>Name of the volume as its directory has it.</summary>
    public string Name { get; }

    /// <summary>The descriptor; null where it is missing or cannot be read.</summary>
    public Descriptor? Descriptor { get; private set; }

    /// <summary>What is wrong with the descriptor; null where nothing is.</summary>
    public string? DescriptorProblem { get; private set; }

    /// <summary>The metadata; null where it is missing or damaged.</summary>
    public VolumeMetadata? Metadata { get; private set; }

    /// <summary>What is wrong with the metadata; null where nothing is.</summary>
    public string? MetadataProblem { get; private set; }

    /// <summary>The file that holds the metadata; null where there is none.</summary>
    public string? MetadataFile { get; private set; }

    /// <summary>False where one of the two slots is damaged: the metadata is what it was before the last change or is, and cannot be lost by the next.</summary>
    public bool MetadataIsWhole { get; private set; } = true;

    /// <summary>Extents that are missing, or smaller or larger than the descriptor says.</summary>
    public List<ExtentProblem> ExtentProblems { get; } = [];

    /// <summary>Bytes that the extents take; null where one is missing.</summary>
    public long? AllocatedBytes { get; private set; }

    /// <summary>Descriptors of delta disks.</summary>
    public List<string> Snapshots { get; } = [];

    /// <summary>Files of sidecars that are there; the descriptor says whose they are.</summary>
    public List<string> SidecarFiles { get; } = [];

    /// <summary>What belongs to no disk.</summary>
    public List<string> Foreign { get; } = [];

    /// <summary>What is wrong, in one sentence; null where the volume is whole.</summary>
    public string? Problem =>
        DescriptorProblem ?? (ExtentProblems.Count > 0 ? ExtentProblems[0].Message : null) ?? MetadataProblem;

    /// <summary>Name of a volume's descriptor.</summary>
    public static string DescriptorOf(string name) => name + DescriptorEnding;

    /// <summary>Name of the file that holds the metadata where the datastore has no sidecars.</summary>
    public static string MetadataFileOf(string name) => name + MetadataEnding;

    /// <summary>Reads a directory.</summary>
    /// <param name="directory">The volume's directory.</param>
    /// <param name="name">Name of the volume.</param>
    /// <exception cref="PosixException">The directory cannot be read.</exception>
    public static VolumeFiles Read(DirectoryHandle directory, string name)
    {
        var files = new VolumeFiles(name);
        files.ReadDescriptor(directory);
        files.ReadExtents(directory);
        files.ReadMetadata(directory);
        foreach (string file in directory.Names())
        {
            files.Sort(file);
        }

        return files;
    }

    /// <summary>Reads only what tells how much of a quota a volume takes: the size of the disk and of its sidecars; 0 where that cannot be read.</summary>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    public static long ReadSize(DirectoryHandle directory, string name)
    {
        var files = new VolumeFiles(name);
        files.ReadDescriptor(directory);
        long size = files.Descriptor?.SizeBytes ?? 0;
        foreach (KeyValuePair<string, string> sidecar in files.Descriptor?.Sidecars ?? [])
        {
            bool counts = sidecar.Key != MetadataKey && IsPlainName(sidecar.Value);
            size += counts && directory.TryStat(sidecar.Value) is { IsRegular: true } status ? status.Size : 0;
        }

        return size;
    }

    private void ReadDescriptor(DirectoryHandle directory)
    {
        string file = DescriptorOf(Name);
        try
        {
            byte[]? text = directory.TryReadFile(file, Descriptor.MaxBytes);
            if (text is null)
            {
                DescriptorProblem = directory.TryStat(file) is null ? $"its descriptor '{file}' is missing" : $"its descriptor '{file}' is far too large";
                return;
            }

            Descriptor = Descriptor.TryParse(text, out string? problem);
            DescriptorProblem = problem is null ? null : $"its descriptor '{file}' cannot be read: {problem}";
        }
        catch (PosixException e)
        {
            DescriptorProblem = e.Message;
        }
    }

    private void ReadExtents(DirectoryHandle directory)
    {
        long sum = 0;
        bool isWhole = Descriptor is not null;
        foreach (Extent extent in Descriptor?.Extents ?? [])
        {
            if (extent.FileName is not string file || !IsPlainName(file))
            {
                // Raw devices and objects of vSAN are not files beside the descriptor.
                isWhole = false;
                continue;
            }

            FileStatus? status = directory.TryStat(file);
            long wanted = extent.Sectors * 512;
            if (status is not { IsRegular: true } found)
            {
                isWhole = false;
                ExtentProblems.Add(new ExtentProblem(file, wanted, null, $"its extent '{file}' is missing"));
            }
            else
            {
                sum += found.Blocks * 512;
                if (found.Size != wanted && extent.Type == "VMFS")
                {
                    ExtentProblems.Add(new ExtentProblem(file, wanted, found.Size, $"its extent '{file}' has {found.Size} bytes where the descriptor says {wanted}"));
                }
            }
        }

        // What a thick disk takes was taken when it was made.
        AllocatedBytes = isWhole ? Descriptor!.IsThin ? sum : Descriptor.SizeBytes : null;
    }

    private void ReadMetadata(DirectoryHandle directory)
    {
        string? sidecar = Descriptor?.Sidecars.Find(one => one.Key == MetadataKey).Value;
        string file = sidecar is not null && IsPlainName(sidecar) ? sidecar : MetadataFileOf(Name);
        try
        {
            using FileHandle? handle = directory.TryOpenFile(file);
            if (handle is null)
            {
                MetadataProblem = "its metadata is missing";
                return;
            }

            MetadataFile = file;
            MetadataSlots.Reading reading = MetadataSlots.Read(handle);
            MetadataIsWhole = reading.IsWhole;
            Metadata = reading.Slot < 0 ? null : VolumeMetadata.TryRead(reading.Content);
            MetadataProblem = Metadata is null ? $"its metadata in '{file}' is damaged" : null;
        }
        catch (PosixException e)
        {
            MetadataProblem = e.Message;
        }
    }

    private void Sort(string file)
    {
        bool isOwn = file == DescriptorOf(Name) || file == MetadataFileOf(Name) || Descriptor?.Extents.Exists(extent => extent.FileName == file) == true;
        if (isOwn)
        {
            return;
        }

        bool isOfDisk = file.StartsWith(Name + "-", StringComparison.Ordinal);
        if (isOfDisk && file.EndsWith(".vmfd", StringComparison.Ordinal))
        {
            SidecarFiles.Add(file);
        }
        else if (isOfDisk && file.EndsWith(DescriptorEnding, StringComparison.Ordinal))
        {
            ReadOnlySpan<char> plain = file.AsSpan(0, file.Length - DescriptorEnding.Length);
            if (VolumeName.IsNameOfSnapshot(plain))
            {
                Snapshots.Add(file);
            }
            else if (!Array.Exists(s_hostEndings, ending => file.EndsWith(ending, StringComparison.Ordinal)) && !IsDataOfSnapshot(plain))
            {
                Foreign.Add(file);
            }
        }
        else if (!file.StartsWith(".lck-", StringComparison.Ordinal))
        {
            Foreign.Add(file);
        }
    }

    /// <summary>Whether a name without its ending is that of a delta disk's data: <c>db-000001-delta</c>.</summary>
    private static bool IsDataOfSnapshot(ReadOnlySpan<char> plain)
    {
        int dash = plain.LastIndexOf('-');
        return dash > 0 && plain[(dash + 1)..] is "delta" or "sesparse" or "ctk" or "flat" && VolumeName.IsNameOfSnapshot(plain[..dash]);
    }

    /// <summary>Whether a text names a file in the volume's directory, and nothing elsewhere.</summary>
    public static bool IsPlainName(string file) => file is not ("" or "." or "..") && !file.AsSpan().ContainsAny('/', '\0');
}

/// <summary>An extent that is not as its descriptor says.</summary>
/// <param name="FileName">Its file.</param>
/// <param name="WantedBytes">The size that the descriptor gives it.</param>
/// <param name="ActualBytes">The size that it has; null where it is missing.</param>
/// <param name="Message">One sentence.</param>
internal sealed record ExtentProblem(string FileName, long WantedBytes, long? ActualBytes, string Message);
