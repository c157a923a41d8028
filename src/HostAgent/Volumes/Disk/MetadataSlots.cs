using System;
using System.Buffers.Binary;
using System.Numerics;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Volumes.Disk;

/// <summary>
/// Two slots of one file that hold the same thing in turn. A reader takes the valid slot of the higher generation, a writer overwrites the other one and syncs: a
/// write that is torn by a crash leaves what was there before.
/// <code>
/// offset  0  magic "ESXAGNT1"
///         8  generation, from 1        u64, little-endian like all
///        16  bytes of the content      u32
///        20  CRC-32C of bytes 0 to 19 and of the content
///        24  the content, then zeros
/// </code>
/// </summary>
internal static class MetadataSlots
{
    /// <summary>Bytes of a slot. Two pages: labels alone may take 4 KiB.</summary>
    public const int SlotBytes = 8192;

    /// <summary>Bytes of the file.</summary>
    public const int FileBytes = SlotBytes * 2;

    /// <summary>Largest content.</summary>
    public const int MaxContent = SlotBytes - HeaderBytes;

    private const int HeaderBytes = 24;
    private const int GenerationAt = 8;
    private const int LengthAt = 16;
    private const int ChecksumAt = 20;

    /// <summary>What a slot file holds.</summary>
    /// <param name="Generation">Generation of the content; 0 where no slot is valid.</param>
    /// <param name="Slot">The slot that holds it, 0 or 1; -1 where none is valid.</param>
    /// <param name="Content">The content; empty where no slot is valid.</param>
    /// <param name="IsWhole">True where the other slot is valid too, or was never written.</param>
    public readonly record struct Reading(ulong Generation, int Slot, byte[] Content, bool IsWhole);

    private static ReadOnlySpan<byte> Magic => "ESXAGNT1"u8;

    /// <summary>Reads a file.</summary>
    /// <exception cref="PosixException">It cannot be read.</exception>
    public static Reading Read(FileHandle file)
    {
        Span<byte> bytes = stackalloc byte[FileBytes];
        return Read(bytes[..file.Read(bytes, 0)]);
    }

    /// <summary>Reads the bytes of a file.</summary>
    public static Reading Read(ReadOnlySpan<byte> file)
    {
        ulong best = 0;
        int slot = -1;
        bool isWhole = file.Length == FileBytes;
        for (int i = 0; i < 2 && file.Length >= (i + 1) * SlotBytes; i++)
        {
            ReadOnlySpan<byte> bytes = file.Slice(i * SlotBytes, SlotBytes);
            ulong generation = GenerationOf(bytes);
            isWhole &= generation > 0 || !bytes.ContainsAnyExcept((byte)0);
            if (generation > best)
            {
                (best, slot) = (generation, i);
            }
        }

        if (slot < 0)
        {
            return new Reading(0, -1, [], isWhole);
        }

        ReadOnlySpan<byte> found = file.Slice(slot * SlotBytes, SlotBytes);
        int length = (int)BinaryPrimitives.ReadUInt32LittleEndian(found[LengthAt..]);
        return new Reading(best, slot, found.Slice(HeaderBytes, length).ToArray(), isWhole);
    }

    /// <summary>Writes new content over the older slot, and syncs.</summary>
    /// <exception cref="PosixException">It cannot be written; what was there before still is.</exception>
    public static void Write(FileHandle file, ReadOnlySpan<byte> content)
    {
        Reading before = Read(file);
        Span<byte> slot = new byte[SlotBytes];
        Encode(slot, before.Generation + 1, content);
        int target = before.Slot == 0 ? 1 : 0;
        file.Write(slot, (long)target * SlotBytes);
        file.Sync();
    }

    /// <summary>Fills a slot.</summary>
    internal static void Encode(Span<byte> slot, ulong generation, ReadOnlySpan<byte> content)
    {
        slot.Clear();
        Magic.CopyTo(slot);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[GenerationAt..], generation);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[LengthAt..], (uint)content.Length);
        content.CopyTo(slot[HeaderBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[ChecksumAt..], Checksum(slot, content.Length));
    }

    /// <summary>Generation of a slot; 0 where it is not valid.</summary>
    private static ulong GenerationOf(ReadOnlySpan<byte> slot)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(slot[LengthAt..]);
        bool isValid = slot.StartsWith(Magic) && length <= MaxContent
            && BinaryPrimitives.ReadUInt32LittleEndian(slot[ChecksumAt..]) == Checksum(slot, (int)length);
        return isValid ? BinaryPrimitives.ReadUInt64LittleEndian(slot[GenerationAt..]) : 0;
    }

    private static uint Checksum(ReadOnlySpan<byte> slot, int length)
    {
        uint crc = Crc32C(uint.MaxValue, slot[..ChecksumAt]);
        return ~Crc32C(crc, slot.Slice(HeaderBytes, length));
    }

    private static uint Crc32C(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return crc;
    }
}
