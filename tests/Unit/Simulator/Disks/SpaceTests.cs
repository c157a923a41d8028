using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Host;
using Xunit;

namespace EsxAgent.Tests.Simulator.Disks;

public sealed class SpaceTests
{
    [Fact]
    public void What_one_tool_was_promised_no_other_one_gets()
    {
        using var world = new DiskWorld();
        Datastore datastore = DatastoreOf(world);
        long free = world.Free;
        using (SpaceReservation? first = SpaceReservation.Take(world.Host.Host, datastore, free - 1000))
        {
            Assert.NotNull(first);
            Assert.Null(SpaceReservation.Take(world.Host.Host, datastore, 1001));
            using SpaceReservation? second = SpaceReservation.Take(world.Host.Host, datastore, 1000);
            Assert.NotNull(second);
            world.Fail("vmkfstools -c 1m -d thin @x.vmdk", 13);
        }

        world.Succeed($"vmkfstools -c {free - DiskWorld.Mebi} @x.vmdk");
    }

    [Fact]
    public void The_promise_of_a_tool_that_was_killed_counts_no_longer()
    {
        using var world = new DiskWorld();
        string left = Path.Combine(world.Host.Host.Space, DatastoreOf(world).Uuid + ".123-1");
        System.IO.Directory.CreateDirectory(world.Host.Host.Space);
        File.WriteAllText(left, "10000000000");

        world.Succeed("vmkfstools -c 9g @x.vmdk");
        Assert.False(File.Exists(left), "it is removed");
    }

    [Fact]
    public void Disks_that_are_made_at_once_never_take_more_than_there_is()
    {
        using var world = new DiskWorld();
        int[] statuses = new int[32];
        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => statuses[i] = world.Run($"vmkfstools -c 1g @d{i}.vmdk").Status);

        Assert.Equal(9, statuses.Count(status => status == 0));
        Assert.Equal(18, world.Names.Length);
        Assert.InRange(world.Free, 0, 1L << 30);
    }

    [Fact]
    public void A_disk_is_made_once_by_however_many_tools()
    {
        using var world = new DiskWorld();
        int[] statuses = new int[16];
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => statuses[i] = world.Run("vmkfstools -c 64m @d.vmdk").Status);

        Assert.Equal(1, statuses.Count(status => status == 0));
        world.Succeed("vmkfstools -x check @d.vmdk");
    }

    [Fact]
    public void An_eager_zeroed_disk_in_the_making_has_its_whole_space()
    {
        using var world = new DiskWorld();
        world.WriteText("x.vmdk", DiskDescriptor.New(4L << 30, "x-flat.vmdk", "lsilogic", "21").Text());
        long before = world.Free;
        world.WriteText("x-flat.vmdk", "");

        Assert.Equal(before, world.Free);
        Assert.InRange(before, 5L << 30, 6L << 30);
    }

    [Fact]
    public void A_datastore_with_many_volumes_is_looked_through_quickly()
    {
        const int Volumes = 2000;
        using var world = new DiskWorld();
        world.Edit("datastores.json", "10737418240", "1099511627776");
        for (int i = 0; i < Volumes; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"v{i}");
            DiskDescriptor descriptor = DiskDescriptor.New(1L << 30, $"{name}-flat.vmdk", "lsilogic", "21");
            descriptor.IsThin = i % 2 == 0;
            System.IO.Directory.CreateDirectory(world[name]);
            world.WriteText($"{name}/{name}.vmdk", descriptor.Text());
            using FileStream extent = File.Create(world[$"{name}/{name}-flat.vmdk"]);
            extent.SetLength(1L << 30);
        }

        Assert.InRange(world.Free, (1L << 40) - ((Volumes / 2) * (1L << 30)) - (3L << 30), (1L << 40) - ((Volumes / 2) * (1L << 30)));
        long best = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long start = Stopwatch.GetTimestamp();
            _ = world.Free;
            best = Math.Min(best, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Assert.True(best < 500, $"looking through {Volumes} volumes should take some tens of milliseconds, but took {best}");
    }

    [Fact]
    public void Large_wishes_always_look_and_small_ones_see_what_tools_took_meanwhile()
    {
        using var world = new DiskWorld();
        Datastore datastore = DatastoreOf(world);
        System.IO.Directory.CreateDirectory(world.Host.Host.Space);
        string memory = Path.Combine(world.Host.Host.Space, datastore.Uuid + ".lock");
        File.WriteAllText(memory, string.Create(CultureInfo.InvariantCulture, $"0 {DateTime.UtcNow.AddMinutes(1).Ticks}"));

        world.Succeed($"vmkfstools -c {world.Free} @x.vmdk");
        Assert.Equal("", File.ReadAllText(memory));
        world.Fail("vmkfstools -c 1m -d thin @y.vmdk", 13);
    }

    private static Datastore DatastoreOf(DiskWorld world) => Datastore.ReadAll(world.Host.Host).Single(one => one.Name == "ds");
}
