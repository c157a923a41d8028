using System;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary><c>-X</c>: first the file with the data grows, then the descriptor says so. A disk can only become larger.</summary>
internal static class ExtendVerb
{
    /// <summary>Runs one call.</summary>
    public static void Run(ToolCall call, VmkfstoolsArguments arguments)
    {
        long size = DiskSize.Parse(arguments.Value);
        using VirtualDisk disk = VirtualDisk.Open(call.Host, arguments.Path, writable: true).RequireFlat();
        long before = disk.Descriptor.SizeBytes;
        if (size <= before || (arguments.Format == DiskFormat.Thin && !disk.Descriptor.IsThin))
        {
            throw new DiskException(ToolErrorCode.InvalidArgument);
        }

        long growth = size - before;
        bool zeroes = arguments.Format == DiskFormat.EagerZeroedThick;
        using SpaceReservation? space = SpaceReservation.Take(call.Host, disk.Place.Datastore, disk.Descriptor.IsThin ? 1 : growth);
        if (space is null)
        {
            throw new DiskException(ToolErrorCode.NoSpace);
        }

        if (zeroes)
        {
            var progress = new ProgressLine(call, "Grow", growth, HostFacts.Read(call.Host).Disks.ZeroBytesPerSecond);
            for (long done = 0; done < growth;)
            {
                done = Math.Min(growth, done + progress.BytesPerPercent);
                disk.Extent.SetLength(before + done);
                progress.Reach(done);
            }

            Describe(disk, size);
            progress.End();
            return;
        }

        call.Worked(0);
        disk.Extent.SetLength(size);
        call.Worked(50);
        Describe(disk, size);
        call.Worked(100);
        call.Print("Grow: 100% done.\n");
    }

    private static void Describe(VirtualDisk disk, long size)
    {
        disk.Descriptor.SetSize(size);
        disk.Save();
    }
}
