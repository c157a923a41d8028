using System;
using System.IO;
using System.Linq;
using EsxAgent.Simulator.Disks;
using Xunit;

namespace EsxAgent.Tests.Simulator.Disks;

public sealed class DiskChangeTests
{
    private const int Mebi = DiskWorld.Mebi;

    [Fact]
    public void A_disk_grows_and_keeps_its_content()
    {
        using var world = new DiskWorld(thinMebi: 64);
        byte[] noise = DiskWorld.Noise(Mebi);
        world.Write("a-flat.vmdk", 63 * Mebi, noise);
        string id = world.Descriptor("a.vmdk")["ddb.uuid"]!;

        Assert.Equal("Grow: 100% done.\n", world.Succeed("vmkfstools -X 1g @a.vmdk"));
        DiskDescriptor descriptor = world.Descriptor("a.vmdk");
        Assert.Equal((1L << 30, "130", id, true), (descriptor.SizeBytes, descriptor["ddb.geometry.cylinders"], descriptor["ddb.uuid"], descriptor.IsThin));
        Assert.Equal(1L << 30, new FileInfo(world["a-flat.vmdk"]).Length);
        using FileStream extent = File.OpenRead(world["a-flat.vmdk"]);
        extent.Position = 63 * Mebi;
        byte[] found = new byte[Mebi];
        extent.ReadExactly(found);
        Assert.True(noise.AsSpan().SequenceEqual(found), "what was written is still there");
    }

    [Fact]
    public void A_thick_disk_takes_the_space_of_its_growth()
    {
        using var world = new DiskWorld();
        world.Succeed("vmkfstools -c 1g @x.vmdk");
        long before = world.Free;
        string output = world.Succeed("vmkfstools -X 3g -d eagerzeroedthick @x.vmdk");

        Assert.Equal(2L << 30, before - world.Free);
        Assert.Equal(Enumerable.Range(0, 101), DiskWorld.Percents(output, "Grow"));
        world.Fail("vmkfstools -X 20g @x.vmdk", 13);
        Assert.Equal(3L << 30, world.Descriptor("x.vmdk").SizeBytes);
        Assert.Equal(3L << 30, new FileInfo(world["x-flat.vmdk"]).Length);
    }

    [Theory]
    [InlineData("64m")]
    [InlineData("1m")]
    [InlineData("100")]
    [InlineData("128m -d thin", "x")]
    public void A_disk_only_grows(string size, string disk = "a")
    {
        using var world = new DiskWorld(thinMebi: 64);
        world.Succeed("vmkfstools -c 64m @x.vmdk");

        Assert.StartsWith("Failed to extend disk: ", world.Fail($"vmkfstools -X {size} @{disk}.vmdk", 1441794));
        Assert.Equal((64L * Mebi, 64L * Mebi), (world.Descriptor($"{disk}.vmdk").SizeBytes, new FileInfo(world[$"{disk}-flat.vmdk"]).Length));
    }

    [Fact]
    public void Inflating_takes_the_whole_size_and_keeps_the_content()
    {
        using var world = new DiskWorld(thinMebi: 64);
        world.Write("a-flat.vmdk", 0, DiskWorld.Noise(4 * Mebi));
        byte[] content = File.ReadAllBytes(world["a-flat.vmdk"]);
        long before = world.Free;
        string output = world.Succeed("vmkfstools -j @a.vmdk");

        Assert.EndsWith("\rInflate: 100% done.\n", output);
        Assert.False(world.Descriptor("a.vmdk").IsThin, "the disk is thick");
        Assert.InRange(before - world.Free, 60L * Mebi, 61L * Mebi);
        Assert.True(content.AsSpan().SequenceEqual(File.ReadAllBytes(world["a-flat.vmdk"])), "every byte is the same");
    }

    [Fact]
    public void A_disk_that_cannot_be_inflated_stays_thin()
    {
        using var world = new DiskWorld();
        world.Succeed("vmkfstools -c 20g -d thin @x.vmdk");

        Assert.StartsWith("Failed to inflate disk: ", world.Fail("vmkfstools --inflatedisk @x.vmdk", 13));
        Assert.True(world.Descriptor("x.vmdk").IsThin, "the disk is thin");
    }

    [Theory]
    [InlineData("thin")]
    [InlineData("zeroedthick")]
    public void Punching_gives_blocks_of_zeros_back_and_no_others(string format)
    {
        using var world = new DiskWorld();
        world.Succeed($"vmkfstools -c 64m -d {format} @x.vmdk");
        world.Write("x-flat.vmdk", 0, new byte[20 * Mebi]);
        world.Write("x-flat.vmdk", 4 * Mebi, DiskWorld.Noise(2 * Mebi));
        world.Write("x-flat.vmdk", (10 * Mebi) + 77, [1]);
        byte[] content = File.ReadAllBytes(world["x-flat.vmdk"]);
        string output = world.Succeed("vmkfstools -K @x.vmdk");

        Assert.StartsWith("vmfsDisk: 1, rdmDisk: 0, blockSize: 1048576\nHole Punching: 0% done.\r", output);
        Assert.EndsWith("\rHole Punching: 100% done.\n", output);
        Assert.True(world.Descriptor("x.vmdk").IsThin, "the disk is thin");
        Assert.True(content.AsSpan().SequenceEqual(File.ReadAllBytes(world["x-flat.vmdk"])), "every byte is the same");
        Assert.Equal(3L * Mebi, EsxAgent.Simulator.Posix.FileStatus.Of(world["x-flat.vmdk"])!.Value.AllocatedBytes);
    }

    [Fact]
    public void Deleting_prints_nothing_and_takes_all_files_of_the_disk_and_no_other()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("vmkfstools -c 1m @a-2.vmdk");
        world.Succeed("diskTool --sidecar create,k,4096 @a.vmdk");
        world.Track("a");

        Assert.Equal("", world.Succeed("vmkfstools -U @a.vmdk"));
        Assert.Equal(["a-2-flat.vmdk", "a-2.vmdk"], world.Names);
        Assert.StartsWith("Failed to open '/vmfs/volumes/ds/a.vmdk' : ", world.Fail("vmkfstools -U @a.vmdk", 25));
    }

    [Fact]
    public void A_disk_without_its_extent_cannot_be_deleted_by_the_tool()
    {
        using var world = new DiskWorld(thinMebi: 1);
        File.Delete(world["a-flat.vmdk"]);

        world.Fail("vmkfstools -U @a.vmdk", 25);
        Assert.Equal(["a.vmdk"], world.Names);
    }

    [Fact]
    public void Renaming_takes_all_files_along()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Write("a-flat.vmdk", 0, [1, 2, 3]);
        world.Succeed("diskTool --sidecar create,k,4096 @a.vmdk");
        world.Track("a");
        string uuid = world.Descriptor("a.vmdk")["ddb.uuid"]!;
        System.IO.Directory.CreateDirectory(world["d"]);

        Assert.Equal("", world.Succeed("vmkfstools -E @a.vmdk @d/new.vmdk"));
        Assert.Equal(["d"], world.Names);
        DiskDescriptor descriptor = world.Descriptor("d/new.vmdk");
        Assert.Equal(("new-flat.vmdk", "new-ctk.vmdk", uuid), (descriptor.Extents.Single().FileName, descriptor.ChangeTrackPath, descriptor["ddb.uuid"]));
        string sidecar = world.Sidecars("d/new.vmdk").Single().FileName;
        Assert.Equal(
            new[] { "new-ctk.vmdk", "new-flat.vmdk", "new.vmdk", sidecar }.Order(StringComparer.Ordinal),
            System.IO.Directory.GetFiles(world["d"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(world["d/new-flat.vmdk"])[..3]);
        world.Succeed("vmkfstools -x check @d/new.vmdk");
    }

    [Theory]
    [InlineData("@a.vmdk", "@b.vmdk", 39)]
    [InlineData("@a.vmdk", "@c.vmdk", 39)]
    [InlineData("@a.vmdk", "@no/x.vmdk", 25)]
    [InlineData("@x.vmdk", "@y.vmdk", 25)]
    [InlineData("@a.vmdk", "/vmfs/volumes/nas/a.vmdk", 1179657)]
    public void A_name_that_cannot_be_had_is_refused_and_nothing_changes(string from, string to, int code)
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("vmkfstools -c 1m @b.vmdk");
        world.WriteText("c-flat.vmdk", "");
        string[] before = world.Names;

        world.Fail($"vmkfstools -E {from} {to}", code);
        Assert.Equal(before, world.Names);
        Assert.Empty(System.IO.Directory.GetFiles(world.Host["vmfs/volumes/nas"]));
    }

    [Theory]
    [InlineData(-512)]
    [InlineData(512)]
    public void An_extent_of_the_wrong_size_is_found_and_repaired(int difference)
    {
        using var world = new DiskWorld(thinMebi: 2);
        Assert.Equal("Disk is error free\n", world.Succeed("vmkfstools -x check @a.vmdk"));
        using (FileStream extent = File.OpenWrite(world["a-flat.vmdk"]))
        {
            extent.SetLength(extent.Length + difference);
        }

        Assert.StartsWith("Failed to check disk: ", world.Fail("vmkfstools -x check @a.vmdk", 327689));
        Assert.Equal("Disk was successfully repaired.\n", world.Succeed("vmkfstools -x repair @a.vmdk"));
        Assert.Equal(2L * Mebi, new FileInfo(world["a-flat.vmdk"]).Length);
        Assert.Equal("Disk is error free\n", world.Succeed("vmkfstools --fix check @a.vmdk"));
    }
}
