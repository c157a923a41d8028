using System;
using System.Globalization;
using EsxAgent.Simulator.Disks;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary><c>-K</c>: looks for blocks of the datastore that hold nothing but zeros and gives them back. The disk is a thin one afterwards.</summary>
internal static class PunchVerb
{
    /// <summary>Runs one call.</summary>
    public static void Run(ToolCall call, VmkfstoolsArguments arguments)
    {
        using VirtualDisk disk = VirtualDisk.Open(call.Host, arguments.Path, writable: true).RequireFlat();
        int blockBytes = (int)disk.Place.Datastore.BlockBytes;
        long size = disk.Extent.Status.Length;
        call.Print(string.Create(CultureInfo.InvariantCulture, $"vmfsDisk: {(disk.Place.Datastore.IsVmfs ? 1 : 0)}, rdmDisk: 0, blockSize: {blockBytes}\n"));
        var progress = new ProgressLine(call, "Hole Punching", size, 0);
        byte[] block = new byte[blockBytes];
        for (long offset = 0; offset < size && disk.Extent.NextData(offset) is { } data;)
        {
            offset = data.Start / blockBytes * blockBytes;
            for (; offset < data.End; offset += blockBytes)
            {
                int length = disk.Extent.Read(block, offset);
                if (!block.AsSpan(0, length).ContainsAnyExcept((byte)0))
                {
                    disk.Extent.PunchHole(offset, length);
                }

                progress.Reach(offset + length);
            }
        }

        disk.Descriptor.IsThin = true;
        disk.Save();
        progress.End();
    }
}
