using System;
using System.Collections.Generic;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary>
/// <c>-i</c>: a disk of its own with the content of another one and copies of its sidecars. The file with the data grows as the work goes on, and the
/// sidecars come last: a tool that dies leaves a disk that is too short.
/// </summary>
internal static class CloneVerb
{
    private const int ChunkBytes = 1 << 20;
    private const int HoleBytes = 64 << 10;

    /// <summary>Runs one call.</summary>
    public static void Run(ToolCall call, VmkfstoolsArguments arguments)
    {
        call.Worked(0);
        using VirtualDisk source = VirtualDisk.Open(call.Host, arguments.Value, writable: false).RequireFlat();
        DiskFormat format = arguments.Format ?? DiskFormat.ZeroedThick;
        call.Print($"Destination disk format: {NameOf(format)}\nCloning disk '{arguments.Value}'...\n");

        using NewDisk disk = NewDisk.At(call.Host, arguments.Path);
        DiskSettings settings = HostFacts.Read(call.Host).Disks;
        DiskDescriptor descriptor = DescriptorOf(source, disk, format, arguments.Adapter, settings);
        List<(string From, string To)> sidecars = SidecarsOf(source, disk, descriptor, settings);
        long size = descriptor.SizeBytes;

        using SpaceReservation? space = SpaceReservation.Take(
            call.Host, disk.Place.Datastore, format == DiskFormat.Thin ? Math.Max(1, source.Extent.Status.AllocatedBytes) : size);
        if (space is null)
        {
            throw new DiskException(ToolErrorCode.NoSpace);
        }

        disk.MakeExtent();
        disk.MakeDescriptor(descriptor);
        var progress = new ProgressLine(call, "Clone", size, settings.CloneBytesPerSecond);
        CopyData(source.Extent, disk.Extent, size, progress);
        foreach ((string from, string to) in sidecars)
        {
            CopySidecar(from, disk, to);
        }

        disk.Keep();
        progress.End();
    }

    private static string NameOf(DiskFormat format) => format switch
    {
        DiskFormat.Thin => "VMFS thin-provisioned",
        DiskFormat.ZeroedThick => "VMFS zeroedthick",
        _ => "VMFS eagerzeroedthick",
    };

    private static DiskDescriptor DescriptorOf(VirtualDisk source, NewDisk disk, DiskFormat format, string? adapter, DiskSettings settings)
    {
        DiskDescriptor descriptor = source.Descriptor.Copy();
        descriptor.SetNewIds();
        descriptor.IsThin = format == DiskFormat.Thin;
        descriptor.ChangeTrackPath = null;
        descriptor.Extents[0] = descriptor.Extents[0] with { Access = "RW", FileName = disk.ExtentName };
        if (adapter is not null)
        {
            descriptor["ddb.adapterType"] = adapter;
            descriptor.SetSize(descriptor.SizeBytes);
        }

        SidecarList.Write(descriptor, [], settings);
        return descriptor;
    }

    /// <summary>Writes the sidecars into the copy's descriptor and gives the files to copy. A datastore that has none does not get any.</summary>
    private static List<(string From, string To)> SidecarsOf(VirtualDisk source, NewDisk disk, DiskDescriptor descriptor, DiskSettings settings)
    {
        var files = new List<(string From, string To)>();
        if (disk.Place.Datastore.HasSidecars)
        {
            var list = new List<(string Key, string FileName)>();
            foreach ((string key, string name) in SidecarList.Read(source.Descriptor, source.Place.Given))
            {
                string copy = SidecarList.Renamed(name, disk.Place.BaseName);
                list.Add((key, copy));
                files.Add((source.PathOf(name), copy));
            }

            SidecarList.Write(descriptor, list, settings);
        }

        return files;
    }

    private static void CopyData(PosixFile from, PosixFile to, long size, ProgressLine progress)
    {
        byte[] chunk = new byte[ChunkBytes];
        (long Start, long End)? data = from.NextData(0);
        for (long done = 0; done < size;)
        {
            // Holes are passed over in steps of a percent, so that they take their time like everything else.
            long end = Math.Min(size, done + (data?.Start > done || data is null ? progress.BytesPerPercent : ChunkBytes));
            if (data is { } next && next.Start < end)
            {
                if (next.Start > done)
                {
                    end = next.Start;
                }
                else
                {
                    end = Math.Min(end, next.End);
                    int length = from.Read(chunk.AsSpan(0, (int)(end - done)), done);
                    WriteNonZero(to, chunk.AsSpan(0, length), done);
                }
            }

            to.SetLength(end);
            done = end;
            progress.Reach(done);
            if (data is { } passed && passed.End <= done)
            {
                data = from.NextData(done);
            }
        }
    }

    private static void WriteNonZero(PosixFile to, ReadOnlySpan<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> piece = bytes[..Math.Min(bytes.Length, HoleBytes)];
            if (piece.ContainsAnyExcept((byte)0))
            {
                to.Write(piece, offset);
            }

            bytes = bytes[piece.Length..];
            offset += piece.Length;
        }
    }

    private static void CopySidecar(string from, NewDisk disk, string to)
    {
        using PosixFile source = PosixFile.Open(from);
        if (!source.TryLock(exclusive: false))
        {
            throw new DiskException(ToolErrorCode.Busy);
        }

        using PosixFile copy = disk.Make(to);
        byte[] chunk = new byte[ChunkBytes];
        for (long offset = 0; source.Read(chunk, offset) is > 0 and int length; offset += length)
        {
            copy.Write(chunk.AsSpan(0, length), offset);
        }
    }
}
