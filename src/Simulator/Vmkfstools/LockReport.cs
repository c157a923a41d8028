using System.Globalization;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary>What <c>vmkfstools -D</c> prints of a file: its lock, and where it lies. Offsets and addresses are invented, the same ones every time.</summary>
internal static class LockReport
{
    private const string Nobody = "00000000-00000000-0000-000000000000";

    /// <summary>Renders the report.</summary>
    /// <exception cref="DiskException">There is no such file.</exception>
    public static string Text(HostDirectory host, string given)
    {
        DiskPlace place = DiskPlace.Find(host, given) ?? throw new DiskException(ToolErrorCode.NotFound, given);
        FileStatus file = FileStatus.Of(place.FullPath) ?? throw new DiskException(ToolErrorCode.NotFound, given);
        int mode = Mode(host, place, file);
        string owner = mode == 0 ? Nobody : OwnerOf(HostFacts.Read(host).Uuid);
        long block = place.Datastore.BlockBytes;
        long blocks = (file.AllocatedBytes + block - 1) / block;
        ulong id = StableId.Hash(place.Datastore.Uuid, file.Inode.ToString(CultureInfo.InvariantCulture));
        string type = file.IsDirectory ? "dir" : "reg";
        string permissions = System.Convert.ToString(file.Mode & 0x1ff, 8);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            Lock [type 10c00001 offset {(id & 0xffff) << 13} v {(id >> 16) & 0xff}, hb offset {0x300000 + ((id >> 24 & 0xff) << 9)}
            gen {1 + ((id >> 32) & 0xff)}, mode {mode}, owner {owner} mtime {file.ModifiedSeconds % 100_000_000}
            num 0 gblnum 0 gblgen 0 gblbrk 0]
            Addr <4, {id >> 40 & 0x3ff}, {id >> 50 & 0xff}>, gen 1, links {file.Links}, type {type}, flags 0, uid 0, gid 0, mode {permissions}
            len {file.Length}, nb {blocks} tbz 0, cow 0, newSinceEpoch {blocks}, zla 3, bs {block}

            """);
    }

    /// <summary>0: free; 1: one has it for itself; 2: shared by readers.</summary>
    private static int Mode(HostDirectory host, DiskPlace place, FileStatus file)
    {
        if (!file.IsRegular)
        {
            return 0;
        }

        using PosixFile opened = PosixFile.Open(place.FullPath);
        DiskUse use = AttachedDisks.Use(host, place.FullPath);
        if (place.FullPath.EndsWith("-flat.vmdk", System.StringComparison.Ordinal))
        {
            use = AttachedDisks.Use(host, place.FullPath[..^"-flat.vmdk".Length] + ".vmdk");
        }

        if (use == DiskUse.Writes || !opened.TryLock(exclusive: false))
        {
            return 1;
        }

        return use == DiskUse.Reads || !opened.TryLock(exclusive: true) ? 2 : 0;
    }

    // A host's uuid in a lock is written in groups of 8, 8, 4 and 12 digits; the last one is the address of its first network card.
    private static string OwnerOf(string uuid)
    {
        string digits = uuid.Replace("-", "", System.StringComparison.Ordinal);
        return digits.Length == 32 ? $"{digits[..8]}-{digits[8..16]}-{digits[16..20]}-{digits[20..]}" : uuid;
    }
}
