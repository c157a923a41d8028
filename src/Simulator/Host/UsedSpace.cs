using System;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Host;

/// <summary>
/// What the files of a datastore take. A thick disk takes its whole size as soon as its descriptor is there, though its file is as sparse as a thin
/// one's: 500 GB can be reserved on a machine that does not have them. It is looked up anew each time, since any process may write there.
/// </summary>
internal static unsafe partial class UsedSpace
{
    private const int LargestDescriptor = 65536;
    private const int SectorBytes = 512;

    /// <summary>Bytes taken by all files below a directory; 0 where it does not exist. Links are not followed.</summary>
    public static long Below(string directory)
    {
        byte[] buffer = new byte[LargestDescriptor];
        using var reader = new DirectoryReader(directory);
        return Below(reader, buffer);
    }

    private static long Below(DirectoryReader reader, Span<byte> buffer)
    {
        long sum = 0;
        while (reader.Next())
        {
            if (reader.IsDirectory)
            {
                using var child = new DirectoryReader(reader.Descriptor, reader.Name);
                sum += Below(child, buffer);
            }
            else if (FileStatus.In(reader.Descriptor, reader.Name) is { IsRegular: true } file)
            {
                sum += file.AllocatedBytes;
                if (file.Length is > 0 and <= LargestDescriptor && reader.NameBytes.EndsWith(".vmdk"u8))
                {
                    sum += Reserved(reader.Descriptor, Content(reader, buffer));
                }
            }
        }

        return sum;
    }

    private static Span<byte> Content(DirectoryReader reader, Span<byte> buffer)
    {
        int file = OpenAt(reader.Descriptor, reader.Name, 0, 0);
        if (file < 0)
        {
            return [];
        }

        nint count = Read(file, ref MemoryMarshal.GetReference(buffer), buffer.Length - 1);
        _ = Close(file);
        return buffer[..(int)Math.Max(0, count)];
    }

    /// <summary>What a descriptor reserves beyond the blocks that its extents have. Only what is needed is read of it: it is done for every disk.</summary>
    private static long Reserved(int directory, Span<byte> descriptor)
    {
        if (descriptor.IndexOf("ddb.thinProvisioned = \"1\""u8) >= 0)
        {
            return 0;
        }

        long sum = 0;
        for (int at = descriptor.IndexOf("\nRW "u8); at >= 0;)
        {
            descriptor = descriptor[(at + 4)..];
            int end = descriptor.IndexOf((byte)'\n');
            Span<byte> line = end < 0 ? descriptor : descriptor[..end];
            if (Utf8Parser.TryParse(line, out long sectors, out int digits) && sectors is > 0 and < long.MaxValue / SectorBytes
                && line[digits..].StartsWith(" VMFS \""u8) && line[(digits + 7)..].IndexOf((byte)'"') is > 0 and int length)
            {
                // The quote becomes the zero byte that ends a name for the system.
                Span<byte> name = line.Slice(digits + 7, length + 1);
                name[^1] = 0;
                fixed (byte* extent = name)
                {
                    FileStatus? status = FileStatus.In(directory, extent);
                    sum += Math.Max(0, Math.Max(sectors * SectorBytes, status?.Length ?? 0) - (status?.AllocatedBytes ?? 0));
                }
            }

            at = descriptor.IndexOf("\nRW "u8);
        }

        return sum;
    }

    [LibraryImport("libc", EntryPoint = "openat")]
    private static partial int OpenAt(int directory, byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int file, ref byte data, nint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
