using System;
using System.IO;
using System.Linq;
using EsxAgent.Simulator.Host;
using Xunit;

namespace EsxAgent.Tests.Simulator;

public sealed class OtherToolTests
{
    [Theory]
    [InlineData("6.7", "VMware ESXi 6.7.0 build-24514018\nVMware ESXi 6.7.0 Update 3\n")]
    [InlineData("7.0", "VMware ESXi 7.0.3 build-24784741\nVMware ESXi 7.0 Update 3\n")]
    [InlineData("8.0", "VMware ESXi 8.0.3 build-24674464\nVMware ESXi 8.0 Update 3\n")]
    public void Vmware_prints_version_and_level(string profile, string both)
    {
        using var host = new SimulatedHost(profile);
        string[] lines = both.Split('\n');

        Assert.Equal(both, host.Run("vmware -vl").Output);
        Assert.Equal(both, host.Run("vmware -v -l").Output);
        Assert.Equal(lines[0] + "\n", host.Run("vmware -v").Output);
        Assert.Equal(lines[1] + "\n", host.Run("vmware -l").Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-x")]
    public void Vmware_refuses_what_it_does_not_know(string arguments)
    {
        using var host = new SimulatedHost();
        ToolResult result = host.Run("vmware " + arguments);

        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Contains("usage", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Vmkfstools_tells_the_exact_size_of_the_datastore_under_a_path()
    {
        using var host = new SimulatedHost();
        Datastore datastore = Datastore.ReadAll(host.Host)[1];
        long free = datastore.FreeBytes(host.Host);
        string[] lines = host.Run("vmkfstools -P /vmfs/volumes/ssd1").Output.Split('\n');

        Assert.Equal("VMFS-6.81 (Raw Major Version: 24) file system spanning 1 partitions.", lines[0]);
        Assert.Equal("File system label (if any): ssd1", lines[1]);
        Assert.Equal("Mode: public ATS-only", lines[2]);
        Assert.StartsWith($"Capacity 214748364800 (204800 file blocks * 1048576), {free} ({free >> 20} blocks) avail, ", lines[3]);
        Assert.Equal("UUID: " + datastore.Uuid, lines[4]);
        Assert.Equal("Partitions spanned (on \"lvm\"):", lines[5]);
        Assert.Matches("^\tnaa\\.6[0-9a-f]{31}:1$", lines[6]);
        Assert.Equal("Is Native Snapshot Capable: NO", lines[7]);
    }

    [Fact]
    public void Vmkfstools_knows_a_datastore_by_label_uuid_file_and_own_path()
    {
        using var host = new SimulatedHost();
        Datastore datastore = Datastore.ReadAll(host.Host)[0];
        string expected = host.Run("vmkfstools -P /vmfs/volumes/datastore1").Output;

        Assert.Equal(expected, host.Run("vmkfstools --queryfs " + datastore.MountPoint).Output);
        Assert.Equal(expected, host.Run($"vmkfstools -P {datastore.MountPoint}/web01/web01.vmx").Output);
        Assert.Equal(expected, host.Run($"vmkfstools -P {host.Host.Volumes}/datastore1/").Output);
    }

    [Fact]
    public void Vmkfstools_rounds_sizes_for_people()
    {
        using var host = new SimulatedHost();

        Assert.Contains(
            "\nCapacity 500 GB, 498.6 GB available, file block size 1 MB, max supported file size 64 TB\n",
            host.Run("vmkfstools -P -h /vmfs/volumes/datastore1").Output,
            StringComparison.Ordinal);
        Assert.Equal(host.Run("vmkfstools -P -h /vmfs/volumes/ssd1").Output, host.Run("vmkfstools -Ph /vmfs/volumes/ssd1").Output);
    }

    [Fact]
    public void Vmkfstools_describes_NFS_and_VMFS_5()
    {
        using var host = new SimulatedHost(more: builder =>
        {
            builder.AddDatastore("nas 1", 2L << 40, "NFS");
            builder.AddDatastore("old", 1L << 40, "VMFS-5");
        });

        Assert.StartsWith("NFS-1.00 file system", host.Run("vmkfstools", ["-P", "/vmfs/volumes/nas 1"]).Output);
        Assert.StartsWith("VMFS-5.61 (Raw Major Version: 14)", host.Run("vmkfstools -P /vmfs/volumes/old").Output);
    }

    [Theory]
    [InlineData("/vmfs/volumes/nope")]
    [InlineData("/vmfs/volumes/datastore1/nope")]
    [InlineData("/vmfs/volumes")]
    [InlineData("/vmfs/volumes/../../etc")]
    [InlineData("/etc")]
    public void Vmkfstools_ends_its_error_in_a_code(string path)
    {
        using var host = new SimulatedHost();
        ToolResult result = host.Run("vmkfstools -P " + path);

        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Equal($"Failed to open '{path}' : The system cannot find the file specified (25).\n", result.Error);
    }

    [Fact]
    public void Vmkfstools_does_not_find_a_datastore_that_is_not_accessible()
    {
        using var host = new SimulatedHost();
        Datastore.WriteAll(host.Host, Datastore.ReadAll(host.Host).Select(one => one with { Accessible = false }));

        Assert.Contains("(25)", host.Run("vmkfstools -P /vmfs/volumes/datastore1").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-P")]
    [InlineData("/vmfs/volumes/ssd1")]
    [InlineData("-c 1g")]
    [InlineData("-c 1g -U /vmfs/volumes/ssd1/x.vmdk")]
    [InlineData("-c 1g -d fat /vmfs/volumes/ssd1/x.vmdk")]
    [InlineData("-c 1g -a none /vmfs/volumes/ssd1/x.vmdk")]
    [InlineData("-c 1g -v /vmfs/volumes/ssd1/x.vmdk")]
    [InlineData("-c 1g /vmfs/volumes/ssd1/x.vmdk /vmfs/volumes/ssd1/y.vmdk")]
    [InlineData("-x mend /vmfs/volumes/ssd1/x.vmdk")]
    [InlineData("/vmfs/volumes/ssd1/x.vmdk -c")]
    public void Vmkfstools_refuses_what_it_does_not_know(string arguments)
    {
        using var host = new SimulatedHost();
        ToolResult result = host.Run("vmkfstools " + arguments);

        Assert.Equal(1, result.Status);
        Assert.Contains("usage", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(host["vmfs/volumes/ssd1/x.vmdk"]), "nothing is made");
    }
}
