using System.Runtime.InteropServices;
using System.Text;

namespace EsxAgent.Simulator.Posix;

/// <summary>What the system knows of a file. Links are not followed.</summary>
/// <param name="Mode">Type and permissions.</param>
/// <param name="Links">Names of the file; 0 once the last one was removed.</param>
/// <param name="Inode">The number of the file in its file system.</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="AllocatedBytes">What it really takes on the disk: a sparse file takes only the blocks that were written.</param>
/// <param name="ModifiedSeconds">When it was last written, in seconds since 1970.</param>
internal readonly partial record struct FileStatus(
    ushort Mode, uint Links, ulong Inode, long Length, long AllocatedBytes, long ModifiedSeconds)
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint BasicStatistics = 0x7ff; // STATX_BASIC_STATS
    private const int TypeMask = 0xf000;
    private const int DirectoryType = 0x4000;
    private const int RegularType = 0x8000;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => (Mode & TypeMask) == DirectoryType;

    /// <summary>Whether it is a file with content.</summary>
    public bool IsRegular => (Mode & TypeMask) == RegularType;

    /// <summary>The status of a path; null where it cannot be had.</summary>
    public static unsafe FileStatus? Of(string path)
    {
        fixed (byte* name = Utf8(path))
        {
            return At(CurrentDirectory, name, NoFollow);
        }
    }

    /// <summary>The status of an open file; null where it cannot be had.</summary>
    public static unsafe FileStatus? Of(int file)
    {
        byte nothing = 0;
        return At(file, &nothing, EmptyPath);
    }

    /// <summary>The status of a name in an open directory; null where it cannot be had.</summary>
    /// <param name="directory">The directory's descriptor.</param>
    /// <param name="name">The name, ended by a zero byte.</param>
    public static unsafe FileStatus? In(int directory, byte* name) => At(directory, name, NoFollow);

    private static unsafe FileStatus? At(int directory, byte* name, int flags)
    {
        // struct statx is laid out the same on every processor.
        byte* found = stackalloc byte[256];
        return Statx(directory, name, flags, BasicStatistics, found) != 0
            ? null
            : new FileStatus(
                *(ushort*)(found + 28),
                *(uint*)(found + 16),
                *(ulong*)(found + 32),
                *(long*)(found + 40),
                *(long*)(found + 48) * 512, // the unit is 512 bytes, whatever the file system's own blocks are
                *(long*)(found + 112));
    }

    private static byte[] Utf8(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static unsafe partial int Statx(int directory, byte* path, int flags, uint mask, byte* result);
}
