namespace EsxAgent.Simulator.Disks;

/// <summary>How the space of a disk is provided.</summary>
internal enum DiskFormat
{
    /// <summary>Blocks are taken when they are first written.</summary>
    Thin,

    /// <summary>All blocks are taken at once and zeroed when they are first written.</summary>
    ZeroedThick,

    /// <summary>All blocks are taken and zeroed at once.</summary>
    EagerZeroedThick,
}
