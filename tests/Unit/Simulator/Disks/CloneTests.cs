using System;
using System.IO;
using System.Linq;
using EsxAgent.Simulator.Disks;
using Xunit;

namespace EsxAgent.Tests.Simulator.Disks;

public sealed class CloneTests
{
    private const int Mebi = DiskWorld.Mebi;

    [Theory]
    [InlineData("thin", "VMFS thin-provisioned")]
    [InlineData("zeroedthick", "VMFS zeroedthick")]
    [InlineData("eagerzeroedthick", "VMFS eagerzeroedthick")]
    public void A_clone_has_the_content_and_an_identity_of_its_own(string format, string name)
    {
        using var world = new DiskWorld(thinMebi: 64);
        world.Write("a-flat.vmdk", 5 * Mebi, DiskWorld.Noise(16 * Mebi));
        world.Write("a-flat.vmdk", (64 * Mebi) - 3, DiskWorld.Noise(3));
        string output = world.Succeed($"vmkfstools -i @a.vmdk -d {format} @b.vmdk");
        (DiskDescriptor from, DiskDescriptor to) = (world.Descriptor("a.vmdk"), world.Descriptor("b.vmdk"));

        Assert.StartsWith($"Destination disk format: {name}\nCloning disk '{DiskWorld.At("a.vmdk")}'...\nClone: 0% done.\r", output);
        Assert.EndsWith("\rClone: 100% done.\n", output);
        int[] percents = DiskWorld.Percents(output, "Clone");
        Assert.Equal(percents.Distinct().Order(), percents);
        Assert.True(File.ReadAllBytes(world["a-flat.vmdk"]).AsSpan().SequenceEqual(File.ReadAllBytes(world["b-flat.vmdk"])), "every byte is the same");
        Assert.Equal((from.SizeBytes, format == "thin", "b-flat.vmdk"), (to.SizeBytes, to.IsThin, to.Extents.Single().FileName));
        Assert.NotEqual(from["ddb.uuid"], to["ddb.uuid"]);
        Assert.NotEqual(from["ddb.longContentID"], to["ddb.longContentID"]);
    }

    [Fact]
    public void Zeros_that_were_written_become_holes_in_a_thin_clone()
    {
        using var world = new DiskWorld(thinMebi: 32);
        world.Write("a-flat.vmdk", 0, new byte[16 * Mebi]);
        world.Write("a-flat.vmdk", 20 * Mebi, DiskWorld.Noise(Mebi));
        long before = world.Free;
        world.Succeed("vmkfstools -i @a.vmdk -d thin @b.vmdk");

        Assert.InRange(before - world.Free, Mebi, 3 * Mebi);
    }

    [Fact]
    public void Sidecars_go_along_under_names_of_their_own()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,esxagent,16384 @a.vmdk");
        world.Succeed("diskTool --sidecar create,k2,4096 @a.vmdk");
        world.Succeed("diskTool --sidecar writeString,esxagent,100,hello @a.vmdk");
        world.Succeed("vmkfstools -i @a.vmdk @b.vmdk");
        (string Key, string FileName)[] copies = [.. world.Sidecars("b.vmdk")];

        Assert.Equal(["esxagent", "k2"], copies.Select(one => one.Key));
        Assert.All(copies, one => Assert.Matches("^b-[0-9a-f]{16}\\.vmfd$", one.FileName));
        Assert.Equal(
            world.Sidecars("a.vmdk").Select(one => Convert.ToHexString(File.ReadAllBytes(world[one.FileName]))),
            copies.Select(one => Convert.ToHexString(File.ReadAllBytes(world[one.FileName]))));

        world.Succeed("vmkfstools -U @b.vmdk");
        Assert.Equal(4, world.Names.Length);
        world.Succeed("diskTool --sidecar readString,esxagent,100,hello @a.vmdk");
    }

    [Fact]
    public void On_NFS_a_clone_has_no_sidecars()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,k,4096 @a.vmdk");
        world.Succeed("vmkfstools -i @a.vmdk /vmfs/volumes/nas/b.vmdk");

        Assert.Equal(2, System.IO.Directory.GetFiles(world.Host["vmfs/volumes/nas"]).Length);
        Assert.DoesNotContain("sidecars", File.ReadAllText(world.Host["vmfs/volumes/nas/b.vmdk"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Change_tracking_and_unknown_entries_are_treated_apart()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Track("a");
        world.WriteText("a.vmdk", File.ReadAllText(world["a.vmdk"]) + "ddb.toolsVersion = \"12352\"\n");
        world.Succeed("vmkfstools -i @a.vmdk @b.vmdk");

        Assert.Equal(("12352", null), (world.Descriptor("b.vmdk")["ddb.toolsVersion"], world.Descriptor("b.vmdk").ChangeTrackPath));
    }

    [Fact]
    public void Cloning_takes_its_time()
    {
        using var world = new DiskWorld(thinMebi: 256);
        world.Edit("host.json", "\"cloneBytesPerSecond\": 0", "\"cloneBytesPerSecond\": 1073741824");
        long start = Environment.TickCount64;
        string output = world.Succeed("vmkfstools -i @a.vmdk -d thin @b.vmdk");

        Assert.InRange(Environment.TickCount64 - start, 240, 20_000);
        Assert.Equal(Enumerable.Range(0, 101), DiskWorld.Percents(output, "Clone"));
    }

    [Theory]
    [InlineData("@nope.vmdk", "@b.vmdk", 25, "Failed to open '/vmfs/volumes/ds/nope.vmdk' : ")]
    [InlineData("@text.vmdk", "@b.vmdk", 15, "Failed to open '/vmfs/volumes/ds/text.vmdk' : ")]
    [InlineData("@large.vmdk", "@b.vmdk", 15, "Failed to open '/vmfs/volumes/ds/large.vmdk' : ")]
    [InlineData("@lost.vmdk", "@b.vmdk", 25, "Failed to open '/vmfs/volumes/ds/lost.vmdk' : ")]
    [InlineData("@out.vmdk", "@b.vmdk", 25, "Failed to open '/vmfs/volumes/ds/out.vmdk' : ")]
    [InlineData("@snapshot.vmdk", "@b.vmdk", 7, "Failed to open '/vmfs/volumes/ds/snapshot.vmdk' : ")]
    [InlineData("@a.vmdk", "@a.vmdk", 39, "Failed to clone disk: ")]
    [InlineData("@a.vmdk", "@no/b.vmdk", 25, "Failed to clone disk: ")]
    public void What_cannot_be_cloned_is_refused(string from, string to, int code, string line)
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.WriteText("text.vmdk", "no descriptor");
        world.WriteText("large.vmdk", new string(' ', 70_000));
        string good = File.ReadAllText(world["a.vmdk"]);
        world.WriteText("lost.vmdk", good.Replace("a-flat", "lost-flat", StringComparison.Ordinal));
        world.WriteText("out.vmdk", good.Replace("a-flat.vmdk", "../../../host.json", StringComparison.Ordinal));
        world.WriteText("snapshot.vmdk", good.Replace("createType=\"vmfs\"", "createType=\"vmfsSparse\"", StringComparison.Ordinal));
        string[] before = world.Names;

        Assert.StartsWith(line, world.Fail($"vmkfstools -i {from} {to}", code));
        Assert.Equal(before, world.Names);
    }

    [Theory]
    [InlineData("thin")]
    [InlineData("zeroedthick")]
    public void A_clone_that_does_not_fit_leaves_nothing(string format)
    {
        using var world = new DiskWorld(thinMebi: 64);
        world.Write("a-flat.vmdk", 0, DiskWorld.Noise(16 * Mebi));
        world.Succeed($"vmkfstools -c {world.Free - (8 * Mebi)} @filler.vmdk");
        string[] before = world.Names;

        world.Fail($"vmkfstools -i @a.vmdk -d {format} @b.vmdk", 13);
        Assert.Equal(before, world.Names);
    }

    [Fact]
    public void A_clone_whose_sidecar_is_busy_leaves_nothing()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,k,4096 @a.vmdk");
        string[] before = world.Names;
        using var held = EsxAgent.Simulator.Posix.PosixFile.Open(world[world.Sidecars("a.vmdk").Single().FileName]);
        Assert.True(held.TryLock(exclusive: true), "the sidecar is free");

        Assert.StartsWith("Failed to clone disk: ", world.Fail("vmkfstools -i @a.vmdk @b.vmdk", 1048585));
        Assert.Equal(before, world.Names);
    }
}
