using System;
using System.Globalization;
using System.IO;
using System.Linq;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Vmkfstools;
using Xunit;

namespace EsxAgent.Tests.Simulator.Disks;

public sealed class CreateTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Theory]
    [InlineData("thin", true)]
    [InlineData("zeroedthick", false)]
    [InlineData("eagerzeroedthick", false)]
    public void A_disk_is_a_descriptor_and_a_sparse_file_of_its_size(string format, bool isThin)
    {
        using var world = new DiskWorld();
        string output = world.Succeed($"vmkfstools -c 1g -d {format} @x.vmdk");
        DiskDescriptor descriptor = world.Descriptor("x.vmdk");

        Assert.EndsWith("Create: 100% done.\n", output);
        Assert.Equal(["x-flat.vmdk", "x.vmdk"], world.Names);
        Assert.Equal((1L << 30, "vmfs", isThin), (descriptor.SizeBytes, descriptor.CreateType, descriptor.IsThin));
        Assert.Equal("x-flat.vmdk", descriptor.Extents.Single().FileName);
        Assert.Equal(1L << 30, new FileInfo(world["x-flat.vmdk"]).Length);
        Assert.All(world.Names, name => Assert.Equal(OwnerOnly, new FileInfo(world[name]).UnixFileMode));
    }

    [Fact]
    public void Only_thick_disks_take_their_space_at_once()
    {
        using var world = new DiskWorld();
        long before = world.Free;
        world.Succeed("vmkfstools -c 4g -d thin @thin.vmdk");
        Assert.InRange(before - world.Free, 0, DiskWorld.Mebi);

        long thick = world.Free;
        world.Succeed("vmkfstools -c 4g -d zeroedthick @zeroed.vmdk");
        Assert.InRange(thick - world.Free, 4L << 30, (4L << 30) + DiskWorld.Mebi);

        world.Succeed("vmkfstools -c 1g -d eagerzeroedthick @eager.vmdk");
        Assert.InRange(before - world.Free, 5L << 30, (5L << 30) + (2 * DiskWorld.Mebi));

        world.Succeed("vmkfstools -U @zeroed.vmdk");
        world.Succeed("vmkfstools -U @eager.vmdk");
        world.Succeed("vmkfstools -U @thin.vmdk");
        Assert.Equal(before, world.Free);
    }

    [Fact]
    public void Data_in_a_thick_disk_is_not_counted_twice()
    {
        using var world = new DiskWorld();
        world.Succeed("vmkfstools -c 64m @x.vmdk");
        long before = world.Free;
        world.Write("x-flat.vmdk", 0, DiskWorld.Noise(8 * DiskWorld.Mebi));

        Assert.Equal(before, world.Free);
    }

    [Fact]
    public void A_thick_disk_far_larger_than_this_machine_can_be_reserved()
    {
        using var world = new DiskWorld();
        world.Edit("datastores.json", "10737418240", "17592186044416");
        world.Succeed("vmkfstools -c 12t -d eagerzeroedthick @x.vmdk");

        Assert.InRange(world.Free, 1L << 40, 4L << 40);
    }

    [Fact]
    public void Without_a_format_a_disk_is_zeroed_thick_and_has_the_hosts_hardware()
    {
        using var world = new DiskWorld();
        Assert.Equal("Create: 100% done.\n", world.Succeed("vmkfstools --createvirtualdisk 2097152s --adaptertype=ide @x.vmdk"));
        DiskDescriptor descriptor = world.Descriptor("x.vmdk");

        Assert.Equal((1L << 30, false, "ide", "21"), (descriptor.SizeBytes, descriptor.IsThin, descriptor.AdapterType, descriptor["ddb.virtualHWVersion"]));
    }

    [Fact]
    public void Eager_zeroing_shows_progress_and_takes_its_time()
    {
        using var world = new DiskWorld();
        world.Edit("host.json", "\"zeroBytesPerSecond\": 0", "\"zeroBytesPerSecond\": 1073741824");
        long start = Environment.TickCount64;
        string output = world.Succeed("vmkfstools -c 256m -d eagerzeroedthick @x.vmdk");

        Assert.StartsWith($"Creating disk '{DiskWorld.At("x.vmdk")}' and zeroing it out...\nCreate: 0% done.\rCreate: 1% done.\r", output);
        Assert.Equal(Enumerable.Range(0, 101), DiskWorld.Percents(output, "Create"));
        Assert.InRange(Environment.TickCount64 - start, 240, 20_000);
    }

    [Fact]
    public void A_path_may_name_the_volume_by_uuid_and_lead_through_directories()
    {
        using var world = new DiskWorld();
        Datastore datastore = Datastore.ReadAll(world.Host.Host).Single(one => one.Name == "ds");
        System.IO.Directory.CreateDirectory(world["d ü"]);
        ToolResult result = world.Host.Run("vmkfstools", ["-c", "1m", "-d", "thin", $"{datastore.MountPoint}/d ü/../d ü/x y.vmdk"]);

        Assert.Equal((0, ""), (result.Status, result.Error));
        Assert.True(File.Exists(world["d ü/x y-flat.vmdk"]), "the disk is made");
    }

    [Theory]
    [InlineData("@x.vmdk", 39)]
    [InlineData("@no/such/directory/y.vmdk", 25)]
    [InlineData("@x.vmdk/y.vmdk", 25)]
    [InlineData("/vmfs/volumes/nope/y.vmdk", 25)]
    [InlineData("/vmfs/volumes/y.vmdk", 25)]
    [InlineData("/tmp/y.vmdk", 25)]
    [InlineData("@y.txt", 1441794)]
    [InlineData("@.vmdk", 1441794)]
    public void A_place_that_no_disk_can_have_is_refused(string path, int code)
    {
        using var world = new DiskWorld();
        world.Succeed("vmkfstools -c 1m @x.vmdk");

        Assert.StartsWith("Failed to create virtual disk: ", world.Fail($"vmkfstools -c 1m {path}", code));
        Assert.Equal(["x-flat.vmdk", "x.vmdk"], world.Names);
    }

    [Fact]
    public void An_extent_without_descriptor_is_not_overwritten()
    {
        using var world = new DiskWorld();
        world.WriteText("x-flat.vmdk", "mine");

        world.Fail("vmkfstools -c 1m @x.vmdk", 39);
        Assert.Equal("mine", File.ReadAllText(world["x-flat.vmdk"]));
        Assert.Equal(["x-flat.vmdk"], world.Names);
    }

    [Fact]
    public void A_link_that_leads_out_of_the_datastores_leads_nowhere()
    {
        using var world = new DiskWorld();
        string outside = System.IO.Directory.CreateTempSubdirectory("esxsim-test-").FullName;
        try
        {
            System.IO.Directory.CreateSymbolicLink(world["out"], outside);
            world.Fail("vmkfstools -c 1m @out/x.vmdk", 25);
            Assert.Empty(System.IO.Directory.GetFileSystemEntries(outside));
        }
        finally
        {
            System.IO.Directory.Delete(outside);
        }
    }

    [Theory]
    [InlineData("512", 512)]
    [InlineData("1024B", 1024)]
    [InlineData("2s", 1024)]
    [InlineData("4k", 4096)]
    [InlineData("1M", 1L << 20)]
    [InlineData("3g", 3L << 30)]
    [InlineData("62t", 62L << 40)]
    public void Sizes_are_a_number_and_a_letter(string text, long bytes) => Assert.Equal(bytes, DiskSize.Parse(text));

    [Theory]
    [InlineData("0")]
    [InlineData("-1m")]
    [InlineData("1000")]
    [InlineData("1.5g")]
    [InlineData("g")]
    [InlineData("")]
    [InlineData("1p")]
    [InlineData("1 g")]
    [InlineData("63t")]
    [InlineData("99999999999999999999")]
    public void A_size_that_no_disk_can_have_is_refused(string text) =>
        Assert.Equal(ToolErrorCode.InvalidArgument, Assert.Throws<DiskException>(() => DiskSize.Parse(text)).Code);

    [Theory]
    [InlineData("zeroedthick")]
    [InlineData("eagerzeroedthick")]
    public void A_thick_disk_that_does_not_fit_leaves_nothing(string format)
    {
        using var world = new DiskWorld();
        long free = world.Free;

        Assert.StartsWith("Failed to create virtual disk: There is not enough space", world.Fail($"vmkfstools -c {free + 512} -d {format} @x.vmdk", 13));
        Assert.Empty(world.Names);
        world.Succeed($"vmkfstools -c {free - DiskWorld.Mebi} -d {format} @x.vmdk");
    }

    [Fact]
    public void On_a_full_datastore_not_even_a_thin_disk_is_made()
    {
        using var world = new DiskWorld();
        world.Succeed($"vmkfstools -c {world.Free} @x.vmdk");
        Assert.Equal(0, world.Free);

        world.Fail("vmkfstools -c 1m -d thin @y.vmdk", 13);
        Assert.Equal(["x-flat.vmdk", "x.vmdk"], world.Names);
    }

    [Fact]
    public void A_datastore_that_is_not_accessible_has_no_disks()
    {
        using var world = new DiskWorld(thinMebi: 1);
        Datastore.WriteAll(world.Host.Host, Datastore.ReadAll(world.Host.Host).Select(one => one with { Accessible = false }));

        world.Fail("vmkfstools -c 1m @y.vmdk", 25);
        world.Fail("vmkfstools -U @a.vmdk", 25);
        Assert.Equal(["a-flat.vmdk", "a.vmdk"], world.Names);
    }

    [Fact]
    public void A_host_made_before_disks_had_settings_has_the_defaults()
    {
        using var world = new DiskWorld();
        string json = File.ReadAllText(world.Host["host.json"]);
        world.Host.Write("host.json", json[..json.IndexOf(",\n  \"disks\"", StringComparison.Ordinal)] + "\n}\n");

        Assert.Equal(new DiskSettings(), HostFacts.Read(world.Host.Host).Disks);
        world.Succeed(string.Create(CultureInfo.InvariantCulture, $"vmkfstools -c {DiskWorld.Mebi} @x.vmdk"));
    }
}
