using System;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Profiles;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary><c>-c</c>: first the file with the data, then the descriptor, then, for an eager zeroed disk, the zeros.</summary>
internal static class CreateVerb
{
    /// <summary>Runs one call.</summary>
    public static void Run(ToolCall call, VmkfstoolsArguments arguments)
    {
        long size = DiskSize.Parse(arguments.Value);
        DiskFormat format = arguments.Format ?? DiskFormat.ZeroedThick;
        call.Worked(0);
        using NewDisk disk = NewDisk.At(call.Host, arguments.Path);
        HostFacts facts = HostFacts.Read(call.Host);
        DiskDescriptor descriptor = DiskDescriptor.New(size, disk.ExtentName, arguments.Adapter ?? "lsilogic", HardwareVersion(facts));
        descriptor.IsThin = format == DiskFormat.Thin;

        // A thin disk takes little more than a block for its own files, but that it needs.
        using (SpaceReservation? space = SpaceReservation.Take(call.Host, disk.Place.Datastore, format == DiskFormat.Thin ? 1 : size))
        {
            if (space is null)
            {
                throw new DiskException(ToolErrorCode.NoSpace);
            }

            disk.MakeExtent();
            if (format != DiskFormat.EagerZeroedThick)
            {
                disk.Extent.SetLength(size);
                call.Worked(50);
            }

            disk.MakeDescriptor(descriptor);
        }

        if (format == DiskFormat.EagerZeroedThick)
        {
            call.Print($"Creating disk '{arguments.Path}' and zeroing it out...\n");
            var progress = new ProgressLine(call, "Create", size, facts.Disks.ZeroBytesPerSecond);
            for (long done = 0; done < size;)
            {
                done = Math.Min(size, done + progress.BytesPerPercent);
                disk.Extent.SetLength(done);
                progress.Reach(done);
            }

            disk.Keep();
            progress.End();
            return;
        }

        disk.Keep();
        call.Worked(100);
        call.Print("Create: 100% done.\n");
    }

    private static string HardwareVersion(HostFacts facts) => Profile.Load(facts.Profile).Value("hardwareVersion");
}
