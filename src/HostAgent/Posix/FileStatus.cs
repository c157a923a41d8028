using System.Runtime.InteropServices;

namespace EsxAgent.HostAgent.Posix;

/// <summary><c>struct stat</c> of Linux on x86-64, with the members that the agent looks at.</summary>
[StructLayout(LayoutKind.Explicit, Size = 144)]
internal struct FileStatus
{
    private const uint KindMask = 0xf000;
    private const uint KindRegular = 0x8000;
    private const uint KindDirectory = 0x4000;

    [FieldOffset(8)]
    public ulong Inode;

    [FieldOffset(24)]
    public uint Mode;

    /// <summary>Size in bytes.</summary>
    [FieldOffset(48)]
    public long Size;

    /// <summary>What it takes on the disk, in units of 512 bytes whatever the file system's own are.</summary>
    [FieldOffset(64)]
    public long Blocks;

    /// <summary>Last change of the content, in seconds since 1970.</summary>
    [FieldOffset(88)]
    public long ModifiedSeconds;

    [FieldOffset(96)]
    public long ModifiedNanoseconds;

    public readonly bool IsRegular => (Mode & KindMask) == KindRegular;

    public readonly bool IsDirectory => (Mode & KindMask) == KindDirectory;
}

/// <summary><c>struct dirent</c> of Linux on x86-64.</summary>
[StructLayout(LayoutKind.Explicit, Size = 280)]
internal unsafe struct DirectoryEntry
{
    /// <summary>The name, with a zero at its end.</summary>
    [FieldOffset(19)]
    public fixed byte Name[256];
}
