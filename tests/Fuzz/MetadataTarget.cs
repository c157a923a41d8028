using System;
using System.Buffers.Binary;
using EsxAgent.HostAgent.Volumes;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.HostAgent.Volumes.Store;

namespace EsxAgent.Tests.Fuzz;

/// <summary>
/// Any bytes lie where the agent keeps what it knows: as a file of two slots, and as the content of a slot with a good checksum, of an intent, and of the
/// record of an operation. What can be read is the same after it was written again.
/// </summary>
internal static class MetadataTarget
{
    public static void Read(byte[] bytes)
    {
        Check(MetadataSlots.Read(bytes), bytes);
        ReadSlots(bytes);
        byte[]? volume = VolumeMetadata.TryRead(bytes)?.ToJson();
        FuzzTarget.Holds(volume is null || Same(VolumeMetadata.TryRead(volume)?.ToJson(), volume), "metadata is another after it was written again");
        byte[]? intent = Intent.TryRead(bytes)?.ToJson();
        FuzzTarget.Holds(intent is null || Same(Intent.TryRead(intent)?.ToJson(), intent), "an intent is another after it was written again");
        OperationRecord? record = OperationRecords.TryParse(bytes);
        bool isKept = record is null || OperationRecords.TryParse(OperationRecords.ToJson(record)) == record;
        FuzzTarget.Holds(isKept, "a record is another after it was written again");
    }

    /// <summary>The first bytes are the generations of the two slots, the rest is what they hold, in two halves.</summary>
    private static void ReadSlots(ReadOnlySpan<byte> bytes)
    {
        const int Generations = 2 * sizeof(ulong);
        if (bytes.Length < Generations)
        {
            return;
        }

        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        ulong second = BinaryPrimitives.ReadUInt64LittleEndian(bytes[sizeof(ulong)..]);
        ReadOnlySpan<byte> rest = bytes[Generations..];
        rest = rest[..Math.Min(rest.Length, 2 * MetadataSlots.MaxContent)];
        byte[] file = new byte[MetadataSlots.FileBytes];
        MetadataSlots.Encode(file.AsSpan(0, MetadataSlots.SlotBytes), first, rest[..(rest.Length / 2)]);
        MetadataSlots.Encode(file.AsSpan(MetadataSlots.SlotBytes), second, rest[(rest.Length / 2)..]);
        MetadataSlots.Reading reading = MetadataSlots.Read(file);
        Check(reading, file);

        if (reading.Generation == ulong.MaxValue)
        {
            // No writer gets there.
            return;
        }

        // As a writer goes on: the other slot, the next generation.
        int slot = reading.Slot == 0 ? 1 : 0;
        MetadataSlots.Encode(file.AsSpan(slot * MetadataSlots.SlotBytes, MetadataSlots.SlotBytes), reading.Generation + 1, "new"u8);
        FuzzTarget.Holds(MetadataSlots.Read(file).Content.AsSpan().SequenceEqual("new"u8), "what was written last is not read");
    }

    private static void Check(MetadataSlots.Reading reading, ReadOnlySpan<byte> file)
    {
        FuzzTarget.Holds(reading.Slot is >= -1 and <= 1 && (reading.Slot < 0) == (reading.Generation == 0), "a slot without a generation is read");
        FuzzTarget.Holds(reading.Content.Length <= MetadataSlots.MaxContent, "a slot holds more than it can");
        FuzzTarget.Holds(reading.Slot < 0 || file.IndexOf(reading.Content) >= 0, "the content does not stand in the file");
    }

    private static bool Same(byte[]? one, byte[] other) => one.AsSpan().SequenceEqual(other);
}
