using System.Globalization;
using System.Text;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary>What <c>vmkfstools -P</c> prints of a file system.</summary>
internal static class VolumeReport
{
    private const long LargestFileOnVmfs = 64L << 40;
    private const long LargestFileElsewhere = 16L << 40;

    /// <summary>Renders the report.</summary>
    /// <param name="datastore">The file system.</param>
    /// <param name="freeBytes">What is free on it.</param>
    /// <param name="human">Whether sizes are rounded and given with a unit (<c>-h</c>), instead of in bytes and blocks.</param>
    public static string Text(Datastore datastore, long freeBytes, bool human)
    {
        long capacity = datastore.CapacityBytes / datastore.BlockBytes * datastore.BlockBytes;
        long largest = datastore.IsVmfs ? LargestFileOnVmfs : LargestFileElsewhere;
        var text = new StringBuilder();
        text.Append(FirstLine(datastore)).Append(" file system spanning 1 partitions.\n");
        text.Append("File system label (if any): ").Append(datastore.Name).Append('\n');
        text.Append("Mode: public").Append(datastore.IsVmfs ? " ATS-only" : "").Append('\n');
        text.Append(human
            ? $"Capacity {ByteSize.Human(capacity)}, {ByteSize.Human(freeBytes)} available, file block size {ByteSize.Human(datastore.BlockBytes)}, "
                + $"max supported file size {ByteSize.Human(largest)}\n"
            : Exact(capacity, freeBytes, datastore.BlockBytes, largest));
        text.Append("UUID: ").Append(datastore.Uuid).Append('\n');
        text.Append("Partitions spanned (on \"").Append(datastore.IsVmfs ? "lvm" : "notDCS").Append("\"):\n");
        text.Append('\t').Append(Device(datastore)).Append('\n');
        if (datastore.Type == "NFS")
        {
            text.Append("NAS VAAI Supported: NO\n");
        }

        return text.Append("Is Native Snapshot Capable: NO\n").ToString();
    }

    private static string FirstLine(Datastore datastore) => datastore.Type switch
    {
        "VMFS-6" => "VMFS-6.81 (Raw Major Version: 24)",
        "VMFS-5" => "VMFS-5.61 (Raw Major Version: 14)",
        "NFS" => "NFS-1.00",
        var other => other + "-1.00",
    };

    private static string Exact(long capacity, long free, long block, long largest) => string.Create(
        CultureInfo.InvariantCulture,
        $"Capacity {capacity} ({capacity / block} file blocks * {block}), {free} ({free / block} blocks) avail, max supported file size {largest}\n");

    // A disk's name comes from its identity; the volume's uuid stands for it here.
    private static string Device(Datastore datastore)
    {
        if (!datastore.IsVmfs)
        {
            return "nfs:" + datastore.Name;
        }

        ulong high = StableId.Hash("device", datastore.Uuid);
        ulong low = StableId.Hash("device", datastore.Uuid, "low");
        return string.Create(CultureInfo.InvariantCulture, $"naa.6{high & 0xfffffffffffffff:x15}{low:x16}:1");
    }
}
