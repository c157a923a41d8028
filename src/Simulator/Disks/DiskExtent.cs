namespace EsxAgent.Simulator.Disks;

/// <summary>A line of a descriptor that names a file with a disk's data.</summary>
/// <param name="Access"><c>RW</c>, <c>RDONLY</c> or <c>NOACCESS</c>.</param>
/// <param name="Sectors">The size in sectors of 512 bytes.</param>
/// <param name="Type"><c>VMFS</c> for a flat file; <c>VMFSSPARSE</c>, <c>SESPARSE</c>, <c>VMFSRDM</c> and others.</param>
/// <param name="FileName">The file, relative to the descriptor.</param>
internal sealed record DiskExtent(string Access, long Sectors, string Type, string FileName);
