using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using EsxAgent.Simulator.Disks;
using Xunit;

namespace EsxAgent.Tests.Simulator.Disks;

/// <summary>What a tool leaves behind that dies or stands still in the middle, as a process started beside the disk.</summary>
public sealed class DiskFaultTests
{
    private const string DieInTheMiddle = """[{"tool": "TOOL", "arguments": "PATTERN", "dieBySignal": {SETTINGS}}]""";

    [Theory]
    [InlineData("-c 64m -d thin new.vmdk", "", "a-flat.vmdk a.vmdk new-flat.vmdk")]
    [InlineData("-c 64m -d thin new.vmdk", "\"atPercent\": 0", "a-flat.vmdk a.vmdk")]
    [InlineData("-c 64m -d thin new.vmdk", "\"atPercent\": 100", "a-flat.vmdk a.vmdk new-flat.vmdk new.vmdk")]
    [InlineData("-c 64m -d thin new.vmdk", "\"afterBytes\": 0", "a-flat.vmdk a.vmdk new-flat.vmdk new.vmdk")]
    [InlineData("-U a.vmdk", "", "a.vmdk")]
    [InlineData("-U a.vmdk", "\"atPercent\": 0", "a-flat.vmdk a.vmdk")]
    [InlineData("-U a.vmdk", "\"atPercent\": 100", "")]
    [InlineData("-E a.vmdk b.vmdk", "\"atPercent\": 20", "a-flat.vmdk a.vmdk b.vmdk")]
    [InlineData("-E a.vmdk b.vmdk", "", "a.vmdk b-flat.vmdk b.vmdk")]
    public void A_tool_that_dies_leaves_the_files_of_the_steps_before(string arguments, string settings, string left)
    {
        using var world = new HostProcesses("--datastore", "ds=10GB");
        Assert.Equal(0, world.RunIn("vmfs/volumes/ds", "vmkfstools", "-c", "4m", "-d", "thin", "a.vmdk").Status);
        world.Faults(DieInTheMiddle.Replace("TOOL", "vmkfstools", StringComparison.Ordinal).Replace("PATTERN", arguments, StringComparison.Ordinal)
            .Replace("SETTINGS", settings, StringComparison.Ordinal));
        ToolResult result = world.RunIn("vmfs/volumes/ds", "vmkfstools", arguments.Split(' '));

        Assert.Equal((128 + 9, "", ""), (result.Status, result.Output, result.Error));
        Assert.Equal(left, Names(world));
    }

    [Theory]
    [InlineData("-c 64m -d eagerzeroedthick new.vmdk", 64)]
    [InlineData("-i a.vmdk -d thin new.vmdk", 32)]
    public void A_long_work_that_dies_in_the_middle_leaves_half_a_disk(string arguments, int mebi)
    {
        using var world = new HostProcesses("--datastore", "ds=10GB");
        world.RunIn("vmfs/volumes/ds", "vmkfstools", "-c", "32m", "-d", "thin", "a.vmdk");
        byte[] noise = DiskWorld.Noise(32 << 20);
        File.WriteAllBytes(Path.Combine(world.Root, "vmfs/volumes/ds/a-flat.vmdk"), noise);
        world.Faults("""[{"tool": "vmkfstools", "dieBySignal": {"signal": 15}}]""");
        ToolResult result = world.RunIn("vmfs/volumes/ds", "vmkfstools", arguments.Split(' '));
        world.Faults("[]");
        string extent = Path.Combine(world.Root, "vmfs/volumes/ds/new-flat.vmdk");

        Assert.Equal((128 + 15, ""), (result.Status, result.Error));
        Assert.Matches(": 4[6-9]% done\\.$", result.Output);
        Assert.Equal("a-flat.vmdk a.vmdk new-flat.vmdk new.vmdk", Names(world));
        long length = new FileInfo(extent).Length;
        Assert.InRange(length, mebi * 49L << 20 >> 8, mebi * 3L << 18);
        Assert.Equal(1, world.RunIn("vmfs/volumes/ds", "vmkfstools", "-x", "check", "new.vmdk").Status);
        if (arguments[1] == 'i')
        {
            Assert.True(File.ReadAllBytes(extent).AsSpan().SequenceEqual(noise.AsSpan(0, (int)length)), "what is there is right");
        }

        Assert.Equal(0, world.RunIn("vmfs/volumes/ds", "vmkfstools", "-U", "new.vmdk").Status);
        Assert.Equal("a-flat.vmdk a.vmdk", Names(world));
    }

    [Fact]
    public void Death_after_a_number_of_bytes_comes_with_that_progress()
    {
        using var world = new HostProcesses("--datastore", "ds=10GB");
        world.Faults("""[{"dieBySignal": {"afterBytes": 200}}]""");
        ToolResult result = world.RunIn("vmfs/volumes/ds", "vmkfstools", "-c", "1g", "-d", "eagerzeroedthick", "x.vmdk");

        Assert.Equal(200, result.Bytes.Length);
        int[] percents = DiskWorld.Percents(result.Output[..result.Output.LastIndexOf('\r')], "Create");
        long length = new FileInfo(Path.Combine(world.Root, "vmfs/volumes/ds/x-flat.vmdk")).Length;
        Assert.InRange(length, (percents[^1] * (1L << 30) / 100) - (1 << 20), ((percents[^1] + 2) * (1L << 30) / 100) + (1 << 20));
    }

    [Theory]
    [InlineData("create,k2,4096", "k")]
    [InlineData("delete,k", "k")]
    public void A_sidecar_tool_that_dies_in_the_middle_leaves_file_and_entry_apart(string operation, string entries)
    {
        using var world = WithSidecar();
        world.Faults(DieInTheMiddle.Replace("TOOL", "diskTool", StringComparison.Ordinal).Replace("PATTERN", "*", StringComparison.Ordinal)
            .Replace("SETTINGS", "", StringComparison.Ordinal));
        int files = Sidecars(world).Length;
        ToolResult result = world.RunIn("vmfs/volumes/ds", "diskTool", "--sidecar", operation, "a.vmdk");

        Assert.Equal(128 + 9, result.Status);
        Assert.Equal(operation[0] == 'c' ? files + 1 : files - 1, Sidecars(world).Length);
        DiskDescriptor descriptor = DiskDescriptor.Parse(File.ReadAllBytes(Path.Combine(world.Root, "vmfs/volumes/ds/a.vmdk")))!;
        Assert.Equal(entries, string.Join(' ', SidecarList.Read(descriptor, "a").Select(one => one.Key)));
    }

    [Fact]
    public void A_write_that_dies_in_the_middle_wrote_half()
    {
        using var world = WithSidecar();
        world.Faults("""[{"dieBySignal": {}}]""");
        Assert.Equal(128 + 9, world.RunIn("vmfs/volumes/ds", "diskTool", "--sidecar", "write,k,0,9:4096", "a.vmdk").Status);
        byte[] content = File.ReadAllBytes(Sidecars(world).Single());

        Assert.All(content[..2048], one => Assert.Equal(9, one));
        Assert.All(content[2048..], one => Assert.Equal(0, one));
    }

    [Fact]
    public void A_tool_that_hangs_in_the_middle_keeps_its_lock_until_it_is_killed()
    {
        using var world = new HostProcesses("--datastore", "ds=10GB");
        world.RunIn("vmfs/volumes/ds", "vmkfstools", "-c", "4m", "-d", "thin", "a.vmdk");
        world.Faults("""[{"tool": "vmkfstools", "arguments": "-i *", "hang": {"atPercent": 50}}]""");
        using Process clone = world.StartIn("vmfs/volumes/ds", "vmkfstools", "-i", "a.vmdk", "b.vmdk");
        string target = Path.Combine(world.Root, "vmfs/volumes/ds/b-flat.vmdk");
        for (long start = Environment.TickCount64; !File.Exists(target) || new FileInfo(target).Length < 2 << 20;)
        {
            Assert.True(Environment.TickCount64 - start < 20_000, "the clone should come half-way within 20 s");
            System.Threading.Thread.Sleep(10);
        }

        Assert.Contains("(16392)", world.RunIn("vmfs/volumes/ds", "vmkfstools", "-U", "a.vmdk").Error, StringComparison.Ordinal);
        Assert.Contains("(16392)", world.RunIn("vmfs/volumes/ds", "vmkfstools", "-U", "b.vmdk").Error, StringComparison.Ordinal);
        Assert.Contains("(16392)", world.RunIn("vmfs/volumes/ds", "diskTool", "--sidecar", "create,k,4096", "a.vmdk").Error, StringComparison.Ordinal);
        clone.Kill();
        Assert.True(clone.WaitForExit(TimeSpan.FromSeconds(10)), "it can be killed");

        Assert.Equal(0, world.RunIn("vmfs/volumes/ds", "vmkfstools", "-U", "b.vmdk").Status);
        Assert.Equal(0, world.RunIn("vmfs/volumes/ds", "vmkfstools", "-U", "a.vmdk").Status);
        Assert.Equal("", Names(world));
    }

    [Theory]
    [InlineData("vmkfstools", "-c 1m new one.vmdk", "new one.vmdk")]
    [InlineData("vmkfstools", "-i a.vmdk new one.vmdk", "new one.vmdk")]
    [InlineData("diskTool", "--sidecar create,k,4096 a.vmdk", "a-4????.vmfd")]
    public void A_partial_file_is_left_where_the_tool_would_have_made_one(string tool, string arguments, string file)
    {
        using var world = new HostProcesses("--datastore", "ds=10GB");
        world.RunIn("vmfs/volumes/ds", "vmkfstools", "-c", "4m", "-d", "thin", "a.vmdk");
        string before = Names(world);
        world.Faults("""[{"partialFile": {"bytes": 100, "code": 13}}]""");
        string[] words = arguments.Replace("new one", "new_one", StringComparison.Ordinal).Split(' ');
        ToolResult result = world.RunIn("vmfs/volumes/ds", tool, [.. words.Select(word => word.Replace('_', ' '))]);
        string made = file.Contains('?', StringComparison.Ordinal) ? SidecarList.FileName("a", "k") : file;

        Assert.Equal(1, result.Status);
        Assert.EndsWith("(13).\n", result.Error);
        Assert.Equal(100, new FileInfo(Path.Combine(world.Root, "vmfs/volumes/ds", made)).Length);
        Assert.Equal(before.Length + 1 + made.Length, Names(world).Length);
    }

    [Fact]
    public void A_partial_file_beside_the_working_directory_never_leaves_the_host()
    {
        using var world = new HostProcesses("--datastore", "ds=10GB");
        world.Faults("""[{"partialFile": {}}]""");

        Assert.Equal(70, world.RunIn("vmfs/volumes/ds", "vmkfstools", "-c", "1m", "../../../../outside.vmdk").Status);
        Assert.False(File.Exists(Path.Combine(world.Root, "../outside.vmdk")), "nothing is made outside of the host");
    }

    [Fact]
    public void Both_ways_to_say_when_at_once_are_refused()
    {
        using var world = new SimulatedHost();
        world.Faults("""[{"hang": {"atPercent": 1, "afterBytes": 1}}]""");

        Assert.Contains("both afterBytes and atPercent", world.Run("vmware -v").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Tools_started_beside_the_disk_take_its_name_alone()
    {
        using var world = new HostProcesses("--datastore", "ds=10GB");
        string directory = Path.Combine(world.Root, "vmfs/volumes/ds/esxagent/web/data");
        System.IO.Directory.CreateDirectory(directory);
        foreach (string call in new[]
        {
            "vmkfstools -c 1073741824 -d thin data.vmdk", "diskTool --sidecar create,esxagent,16384 data.vmdk", "vmkfstools -X 2147483648 data.vmdk",
            "vmkfstools -i data.vmdk -d zeroedthick ../../copy.vmdk", "vmkfstools -i ./data.vmdk -d thin c2.vmdk", "vmkfstools -j c2.vmdk",
            "vmkfstools -K c2.vmdk", "vmkfstools -x check c2.vmdk", "diskTool --sidecar enum ../../copy.vmdk", "vmkfstools -P .",
        })
        {
            string[] words = call.Split(' ');
            ToolResult result = world.RunIn("vmfs/volumes/ds/esxagent/web/data", words[0], words[1..]);
            Assert.True(result.Status == 0, $"'{call}' should succeed, but ended with {result.Status}: {result.Error}");
        }

        Assert.Equal(6, System.IO.Directory.GetFiles(directory).Length);
    }

    private static HostProcesses WithSidecar()
    {
        var world = new HostProcesses("--datastore", "ds=10GB");
        world.RunIn("vmfs/volumes/ds", "vmkfstools", "-c", "4m", "-d", "thin", "a.vmdk");
        world.RunIn("vmfs/volumes/ds", "diskTool", "--sidecar", "create,k,4096", "a.vmdk");
        return world;
    }

    private static string[] Sidecars(HostProcesses world) => System.IO.Directory.GetFiles(Path.Combine(world.Root, "vmfs/volumes/ds"), "*.vmfd");

    private static string Names(HostProcesses world) => string.Join(' ', System.IO.Directory.GetFiles(Path.Combine(world.Root, "vmfs/volumes/ds"))
        .Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
