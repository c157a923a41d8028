using System;
using System.IO;
using System.Linq;
using System.Text;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Disk;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

public sealed class MetadataSlotsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("slots-").FullName;

    [Fact]
    public void Of_several_writes_the_last_one_is_read()
    {
        using FileHandle file = NewFile();
        for (int i = 1; i <= 5; i++)
        {
            MetadataSlots.Write(file, Encoding.UTF8.GetBytes($"content {i}"));
            MetadataSlots.Reading reading = MetadataSlots.Read(file);
            Assert.Equal((ulong)i, reading.Generation);
            Assert.Equal($"content {i}", Encoding.UTF8.GetString(reading.Content));
            Assert.True(reading.IsWhole);
        }
    }

    [Fact]
    public void A_file_of_zeros_holds_nothing_and_is_whole()
    {
        using FileHandle file = NewFile();
        MetadataSlots.Reading reading = MetadataSlots.Read(file);
        Assert.Equal(-1, reading.Slot);
        Assert.Empty(reading.Content);
        Assert.True(reading.IsWhole);
    }

    [Fact]
    public void The_largest_content_fits()
    {
        using FileHandle file = NewFile();
        byte[] largest = [.. Enumerable.Repeat((byte)'x', MetadataSlots.MaxContent)];
        MetadataSlots.Write(file, largest);
        Assert.Equal(largest, MetadataSlots.Read(file).Content);
    }

    [Fact]
    public void A_write_that_is_torn_at_any_byte_leaves_what_was_there_before()
    {
        byte[] before = Written("first", "second");
        byte[] after = Written("first", "second", "third, and longer than the others");
        int start = 0;
        while (before[start] == after[start])
        {
            start++;
        }

        int end = before.Length;
        while (before[end - 1] == after[end - 1])
        {
            end--;
        }

        for (int torn = start; torn < end; torn++)
        {
            byte[] file = [.. after[..torn], .. before[torn..]];
            Assert.Equal("second", Encoding.UTF8.GetString(MetadataSlots.Read(file).Content));
        }

        Assert.Equal("third, and longer than the others", Encoding.UTF8.GetString(MetadataSlots.Read(after).Content));
    }

    [Fact]
    public void One_damaged_byte_costs_its_slot_and_shows()
    {
        byte[] file = Written("first", "second");
        int slotOfSecond = MetadataSlots.Read(file).Slot;
        for (int i = 0; i < 24 + "second".Length; i++)
        {
            byte[] damaged = [.. file];
            damaged[(slotOfSecond * MetadataSlots.SlotBytes) + i] ^= 0x40;
            MetadataSlots.Reading reading = MetadataSlots.Read(damaged);
            Assert.Equal("first", Encoding.UTF8.GetString(reading.Content));
            Assert.False(reading.IsWhole);
        }
    }

    [Fact]
    public void After_a_damaged_slot_the_next_write_does_not_touch_the_good_one()
    {
        using FileHandle file = NewFile();
        MetadataSlots.Write(file, "first"u8);
        MetadataSlots.Write(file, "second"u8);
        int good = MetadataSlots.Read(file).Slot;
        file.Write([0xff], ((1 - good) * MetadataSlots.SlotBytes) + 30);
        MetadataSlots.Write(file, "third"u8);
        Assert.Equal(1 - good, MetadataSlots.Read(file).Slot);
        Assert.Equal("third", Encoding.UTF8.GetString(MetadataSlots.Read(file).Content));
    }

    [Fact]
    public void No_bytes_are_an_error() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes =>
        {
            var file = new byte[MetadataSlots.FileBytes];
            bytes.AsSpan(0, Math.Min(bytes.Length, file.Length)).CopyTo(file);
            "ESXAGNT1"u8.CopyTo(file);
            return MetadataSlots.Read(file).Slot == -1 && MetadataSlots.Read(bytes).Slot == -1;
        }).QuickCheckThrowOnFailure();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private byte[] Written(params string[] contents)
    {
        using FileHandle file = NewFile();
        foreach (string content in contents)
        {
            MetadataSlots.Write(file, Encoding.UTF8.GetBytes(content));
        }

        byte[] bytes = new byte[MetadataSlots.FileBytes];
        file.Read(bytes, 0);
        return bytes;
    }

    private FileHandle NewFile()
    {
        using DirectoryHandle folder = DirectoryHandle.TryOpen(_folder)!;
        folder.RemoveFile("slots");
        FileHandle file = folder.TryMakeFile("slots")!;
        file.Truncate(MetadataSlots.FileBytes);
        return file;
    }
}
