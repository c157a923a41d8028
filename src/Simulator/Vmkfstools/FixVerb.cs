using System.Globalization;
using EsxAgent.Simulator.Disks;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary>
/// <c>-x check|repair</c>: whether the file with the data has the size that the descriptor says. A repair gives it that size: what a tool left too
/// short gets zeros at its end, what it left too long loses what the disk never had.
/// </summary>
internal static class FixVerb
{
    /// <summary>Runs one call.</summary>
    public static void Run(ToolCall call, VmkfstoolsArguments arguments)
    {
        bool repairs = arguments.Value == "repair";
        using VirtualDisk disk = VirtualDisk.Open(call.Host, arguments.Path, repairs).RequireFlat();
        long wanted = disk.Descriptor.SizeBytes;
        long found = disk.Extent.Status.Length;
        if (wanted == found)
        {
            call.Print("Disk is error free\n");
        }
        else if (repairs)
        {
            disk.Extent.SetLength(wanted);
            call.Print("Disk was successfully repaired.\n");
        }
        else
        {
            call.Print(string.Create(CultureInfo.InvariantCulture, $"The disk has {wanted} bytes, its extent {found}.\nDisk needs repair.\n"));
            throw new DiskException(ToolErrorCode.InputOutput);
        }
    }
}
