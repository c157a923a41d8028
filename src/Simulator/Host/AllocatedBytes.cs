using System;
using System.IO;
using System.Runtime.InteropServices;

namespace EsxAgent.Simulator.Host;

/// <summary>What files really take on the disk: a sparse file takes only the blocks that were written.</summary>
internal static partial class AllocatedBytes
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint WantBlocks = 0x400; // STATX_BLOCKS
    private const int BlocksOffset = 48; // stx_blocks in struct statx, the same on every processor

    /// <summary>Bytes taken by all files below a directory; 0 where it does not exist. Links are not followed.</summary>
    public static long Below(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return 0;
        }

        long sum = 0;
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (string file in Directory.EnumerateFiles(directory, "*", everything))
        {
            sum += Of(file);
        }

        return sum;
    }

    /// <summary>Bytes taken by one file; 0 where it vanished meanwhile.</summary>
    public static unsafe long Of(string file)
    {
        byte* buffer = stackalloc byte[256];
        try
        {
            // 512-byte units, whatever the file system's own blocks are.
            return Statx(CurrentDirectory, file, NoFollow, WantBlocks, buffer) == 0 ? *(long*)(buffer + BlocksOffset) * 512 : 0;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without statx: the length is the best that can be had, too large for sparse files.
            var info = new FileInfo(file);
            return info.Exists ? info.Length : 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, byte* result);
}
