using System;

namespace EsxAgent.Simulator.Disks;

/// <summary>Cylinders, heads and sectors as VMware gives them to a disk.</summary>
/// <param name="Cylinders">Whole cylinders; what is left of the size is not counted.</param>
/// <param name="Heads">Heads.</param>
/// <param name="Sectors">Sectors a track.</param>
internal sealed record DiskGeometry(long Cylinders, int Heads, int Sectors)
{
    private const int SectorsPerTrack = 63;
    private const int IdeCylinders = 16383;

    /// <summary>The geometry of a disk.</summary>
    /// <param name="sectors">Its size in sectors of 512 bytes.</param>
    /// <param name="adapter">The type of its adapter: an IDE disk has 16 heads and at most 16383 cylinders, every other one 255 heads.</param>
    public static DiskGeometry Of(long sectors, string adapter)
    {
        int heads = adapter == "ide" ? 16 : 255;
        long cylinders = Math.Max(1, sectors / (heads * SectorsPerTrack));
        return new DiskGeometry(adapter == "ide" ? Math.Min(cylinders, IdeCylinders) : cylinders, heads, SectorsPerTrack);
    }
}
