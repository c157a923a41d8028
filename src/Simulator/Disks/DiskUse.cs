namespace EsxAgent.Simulator.Disks;

/// <summary>What a running virtual machine does with a disk.</summary>
internal enum DiskUse
{
    /// <summary>It is not attached.</summary>
    None,

    /// <summary>It is only read: the disk of a snapshot's parent, or one whose changes go elsewhere.</summary>
    Reads,

    /// <summary>It is written.</summary>
    Writes,
}
