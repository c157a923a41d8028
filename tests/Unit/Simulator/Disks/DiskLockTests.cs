using System;
using System.IO;
using System.Linq;
using EsxAgent.Simulator;
using EsxAgent.Simulator.Commands;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Posix;
using Xunit;

namespace EsxAgent.Tests.Simulator.Disks;

public sealed class DiskLockTests
{
    public static TheoryData<string> Writers =>
    [
        "vmkfstools -X 8m @a.vmdk", "vmkfstools -j @a.vmdk", "vmkfstools -K @a.vmdk", "vmkfstools -U @a.vmdk", "vmkfstools -E @a.vmdk @b.vmdk",
        "vmkfstools -x repair @a.vmdk", "diskTool --sidecar create,new,4096 @a.vmdk", "diskTool --sidecar write,k,0,1:1 @a.vmdk",
        "diskTool --sidecar writeString,k,0,x @a.vmdk", "diskTool --sidecar resize,k,8192 @a.vmdk", "diskTool --sidecar delete,k @a.vmdk",
        "diskTool --sidecar deleteall @a.vmdk", "diskTool --sidecar updateDDB @a.vmdk", "diskTool --sidecar forcecreate,k,4096 @a.vmdk",
    ];

    public static TheoryData<string> Readers =>
    [
        "vmkfstools -i @a.vmdk @b.vmdk", "vmkfstools -x check @a.vmdk", "diskTool --sidecar enum @a.vmdk", "diskTool --sidecar read,k,0,0:4096 @a.vmdk",
        "diskTool --sidecar readString,k,0, @a.vmdk",
    ];

    [Theory]
    [MemberData(nameof(Writers))]
    public void A_writer_needs_the_disk_for_itself(string call)
    {
        using DiskWorld world = WithSidecar();
        string[] before = world.Names;
        using (var held = PosixFile.Open(world["a-flat.vmdk"]))
        {
            Assert.True(held.TryLock(exclusive: false), "the disk is free");
            Assert.StartsWith("Failed to open ", world.Fail(call, 16392));
        }

        VmCommand.Run(["attach", world.Host.Host.Root, "web01", DiskWorld.At("a.vmdk"), "--read-only"]);
        Assert.StartsWith("Failed to open ", world.Fail(call, 16392));
        Assert.Equal(before, world.Names);

        VmCommand.Run(["detach", world.Host.Host.Root, "web01", DiskWorld.At("a.vmdk")]);
        world.Succeed(call);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void Readers_share_the_disk_but_not_with_a_writer(string call)
    {
        using DiskWorld world = WithSidecar();
        string[] before = world.Names;
        using (var held = PosixFile.Open(world["a-flat.vmdk"]))
        {
            Assert.True(held.TryLock(exclusive: true), "the disk is free");
            world.Fail(call, 16392);
        }

        VmCommand.Run(["attach", world.Host.Host.Root, "web01", DiskWorld.At("a.vmdk")]);
        world.Fail(call, 16392);
        Assert.Equal(before, world.Names);
        VmCommand.Run(["detach", world.Host.Host.Root, "web01", DiskWorld.At("a.vmdk")]);

        using var reader = PosixFile.Open(world["a-flat.vmdk"]);
        Assert.True(reader.TryLock(exclusive: false), "the disk is free");
        VmCommand.Run(["attach", world.Host.Host.Root, "web01", DiskWorld.At("a.vmdk"), "--read-only"]);
        world.Succeed(call);
    }

    [Fact]
    public void A_machine_that_is_off_locks_nothing()
    {
        using var world = new DiskWorld(thinMebi: 1);
        VmCommand.Run(["attach", world.Host.Host.Root, "web01", DiskWorld.At("a.vmdk")]);
        world.Fail("vmkfstools -X 2m @a.vmdk", 16392);
        VmCommand.Run(["off", world.Host.Host.Root, "web01"]);
        world.Succeed("vmkfstools -X 2m @a.vmdk");
        VmCommand.Run(["on", world.Host.Host.Root, "web01"]);
        world.Fail("vmkfstools -X 3m @a.vmdk", 16392);
    }

    [Fact]
    public void The_disk_under_a_snapshot_is_read_by_the_machine()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Snapshot("a-000001");
        VmCommand.Run(["attach", world.Host.Host.Root, "web01", DiskWorld.At("a-000001.vmdk")]);

        world.Fail("vmkfstools -X 2m @a.vmdk", 16392);
        world.Fail("diskTool --sidecar enum @a-000001.vmdk", 16392);
        world.Succeed("vmkfstools -i @a.vmdk @b.vmdk");
    }

    [Fact]
    public void Attaching_and_detaching_leave_the_configuration_as_it_was()
    {
        using var world = new DiskWorld(thinMebi: 1);
        string vmx = world.Host.Host.Map(VirtualMachine.Find(world.Host.Host, "web01").Vmx);
        string before = File.ReadAllText(vmx);
        Assert.Equal(
            "attached '/vmfs/volumes/ds/a.vmdk' to 'web01' as scsi0:0\n",
            VmCommand.Run(["attach", world.Host.Host.Root, "web01", DiskWorld.At("a.vmdk")]));

        Datastore datastore = Datastore.ReadAll(world.Host.Host).Single(one => one.Name == "ds");
        Assert.Contains($"\nscsi0:0.fileName = \"{datastore.MountPoint}/a.vmdk\"\n", File.ReadAllText(vmx), StringComparison.Ordinal);
        Assert.Contains("\nscsi0:0.present = \"TRUE\"\n", File.ReadAllText(vmx), StringComparison.Ordinal);

        VmCommand.Run(["detach", world.Host.Host.Root, "web01", DiskWorld.At("a.vmdk")]);
        Assert.Equal(before, File.ReadAllText(vmx));
    }

    [Theory]
    [InlineData("attach DIR nope VMDK", "no virtual machine 'nope'")]
    [InlineData("attach DIR db01", "vm attach DIR NAME VMDK")]
    [InlineData("attach DIR db01 /vmfs/volumes/ds/no.vmdk", "there is no disk")]
    [InlineData("attach DIR web01 VMDK", "has '/vmfs/volumes/ds/a.vmdk' already as scsi0:0")]
    [InlineData("attach DIR db01 VMDK", "cannot be attached: Failed to lock the file (16392)")]
    [InlineData("attach DIR db01 VMDK --read-only=yes", "takes no value")]
    [InlineData("attach DIR db01 VMDK --write", "no option '--write'")]
    [InlineData("detach DIR db01 VMDK", "is not attached to 'db01'")]
    public void What_cannot_be_attached_is_refused(string commandLine, string expected)
    {
        using var world = new DiskWorld(thinMebi: 1);
        VmCommand.Run(["attach", world.Host.Host.Root, "web01", DiskWorld.At("a.vmdk")]);
        string[] arguments = commandLine.Replace("DIR", world.Host.Host.Root, StringComparison.Ordinal)
            .Replace("VMDK", DiskWorld.At("a.vmdk"), StringComparison.Ordinal).Split(' ');

        SimulatorException problem = Assert.Throws<SimulatorException>(() => VmCommand.Run(arguments));
        Assert.Equal(2, problem.Status);
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_controller_has_fifteen_units()
    {
        using var world = new DiskWorld();
        for (int i = 0; i < 15; i++)
        {
            world.Succeed($"vmkfstools -c 1m -d thin @d{i}.vmdk");
            VmCommand.Run(["attach", world.Host.Host.Root, "web01", DiskWorld.At($"d{i}.vmdk")]);
        }

        world.Succeed("vmkfstools -c 1m -d thin @more.vmdk");
        string vmx = File.ReadAllText(world.Host.Host.Map(VirtualMachine.Find(world.Host.Host, "web01").Vmx));
        Assert.Contains("scsi0:15.fileName", vmx, StringComparison.Ordinal);
        Assert.DoesNotContain("scsi0:7.", vmx, StringComparison.Ordinal);
        Assert.Contains("units", Assert.Throws<SimulatorException>(
            () => VmCommand.Run(["attach", world.Host.Host.Root, "web01", DiskWorld.At("more.vmdk")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lock_report_tells_who_has_a_file()
    {
        using var world = new DiskWorld(thinMebi: 1);
        Assert.Matches(
            """
            ^Lock \[type 10c00001 offset \d+ v \d+, hb offset \d+
            gen \d+, mode 0, owner 00000000-00000000-0000-000000000000 mtime \d+
            num 0 gblnum 0 gblgen 0 gblbrk 0\]
            Addr <4, \d+, \d+>, gen 1, links 1, type reg, flags 0, uid 0, gid 0, mode 600
            len 1048576, nb 0 tbz 0, cow 0, newSinceEpoch 0, zla 3, bs 1048576
            $
            """.ReplaceLineEndings("\n"),
            world.Succeed("vmkfstools -D @a-flat.vmdk"));

        using (var held = PosixFile.Open(world["a-flat.vmdk"]))
        {
            held.TryLock(exclusive: false);
            Assert.Contains(", mode 2, ", world.Succeed("vmkfstools -D @a-flat.vmdk"), StringComparison.Ordinal);
            held.TryLock(exclusive: true);
            Assert.Contains(", mode 1, ", world.Succeed("vmkfstools -D @a-flat.vmdk"), StringComparison.Ordinal);
        }

        VmCommand.Run(["attach", world.Host.Host.Root, "web01", DiskWorld.At("a.vmdk")]);
        string owner = HostFacts.Read(world.Host.Host).Uuid.Replace("-", "", StringComparison.Ordinal);
        Assert.Contains(
            $", mode 1, owner {owner[..8]}-{owner[8..16]}-{owner[16..20]}-{owner[20..]} mtime ",
            world.Succeed("vmkfstools -D @a-flat.vmdk"),
            StringComparison.Ordinal);
        world.Fail("vmkfstools -D @nope.vmdk", 25);
    }

    private static DiskWorld WithSidecar()
    {
        var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,k,4096 @a.vmdk");
        return world;
    }
}
