using System;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary>
/// <c>-j</c>: takes and zeroes the blocks that a thin disk lacks; the descriptor calls it thick once all of them are there. <c>-k</c>: zeroes those of a thick one.
/// </summary>
internal static class InflateVerb
{
    /// <summary>Runs one call.</summary>
    public static void Run(ToolCall call, VmkfstoolsArguments arguments)
    {
        using VirtualDisk disk = VirtualDisk.Open(call.Host, arguments.Path, writable: true).RequireFlat();
        long size = disk.Descriptor.SizeBytes;
        long missing = Math.Max(0, size - disk.Extent.Status.AllocatedBytes);
        using SpaceReservation? space = SpaceReservation.Take(call.Host, disk.Place.Datastore, disk.Descriptor.IsThin ? missing : 0);
        if (space is null)
        {
            throw new DiskException(ToolErrorCode.NoSpace);
        }

        var progress = new ProgressLine(call, "Inflate", missing, HostFacts.Read(call.Host).Disks.ZeroBytesPerSecond);
        for (long done = 0; done < missing;)
        {
            done = Math.Min(missing, done + progress.BytesPerPercent);
            progress.Reach(done);
        }

        disk.Descriptor.IsThin = false;
        disk.Save();
        progress.End();
    }
}
