using System;
using System.IO;
using System.Text.Json;
using Xunit;

namespace EsxAgent.Tests.Simulator.Disks;

/// <summary>A reader of VMDKs that is not ours: <c>qemu-img</c> of the Debian package qemu-utils.</summary>
public sealed class QemuTests
{
    private const string QemuImg = "/usr/bin/qemu-img";

    [Theory]
    [InlineData("thin")]
    [InlineData("zeroedthick")]
    [InlineData("eagerzeroedthick")]
    public void Qemu_reads_a_disk_and_finds_its_clones_identical(string format)
    {
        Assert.SkipUnless(File.Exists(QemuImg), "NOT TESTED: no other program read the disks, since qemu-img is missing; install the package qemu-utils");
        using var world = new DiskWorld();
        world.Succeed($"vmkfstools -c 64m -d {format} @x.vmdk");
        world.Write("x-flat.vmdk", 3 << 20, DiskWorld.Noise(16 << 20));
        world.Succeed("diskTool --sidecar create,esxagent,16384 @x.vmdk");
        world.Succeed("vmkfstools -i @x.vmdk -d thin @clone.vmdk");
        world.Succeed("vmkfstools -E @clone.vmdk @renamed.vmdk");
        world.Succeed("vmkfstools -K @renamed.vmdk");
        world.Succeed("vmkfstools -j @renamed.vmdk");
        ToolResult info = HostProcesses.Execute(QemuImg, ["info", "--output=json", world["x.vmdk"]]);

        Assert.Equal((0, ""), (info.Status, info.Error));
        using JsonDocument json = JsonDocument.Parse(info.Bytes);
        Assert.Equal("vmdk", json.RootElement.GetProperty("format").GetString());
        Assert.Equal(64 << 20, json.RootElement.GetProperty("virtual-size").GetInt64());
        Assert.Equal("vmfs", json.RootElement.GetProperty("format-specific").GetProperty("data").GetProperty("create-type").GetString());

        ToolResult same = HostProcesses.Execute(QemuImg, ["compare", "-s", world["x.vmdk"], world["renamed.vmdk"]]);
        Assert.Equal((0, "Images are identical.\n"), (same.Status, same.Output));
        world.Write("renamed-flat.vmdk", 5 << 20, [(byte)(DiskWorld.Noise(16 << 20)[2 << 20] + 1)]);
        Assert.Equal(1, HostProcesses.Execute(QemuImg, ["compare", world["x.vmdk"], world["renamed.vmdk"]]).Status);

        world.Succeed("vmkfstools -X 128m @x.vmdk");
        ToolResult grown = HostProcesses.Execute(QemuImg, ["info", world["x.vmdk"]]);
        Assert.Contains("virtual size: 128 MiB", grown.Output, StringComparison.Ordinal);
    }
}
