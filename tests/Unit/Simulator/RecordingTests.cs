using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Recording;
using Xunit;

namespace EsxAgent.Tests.Simulator;

/// <summary>Hosts that were recorded, and hosts that are made of a record.</summary>
public sealed class RecordingTests : IDisposable
{
    private static readonly string[] Commands =
    [
        "system version get", "system hostname get", "system uuid get", "system maintenanceMode get", "hardware platform get", "hardware memory get",
        "hardware cpu global get", "storage filesystem list", "vm process list",
    ];

    private readonly string _parent = Directory.CreateTempSubdirectory("esxsim-test-").FullName;

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Theory]
    [InlineData("6.7")]
    [InlineData("7.0")]
    [InlineData("8.0")]
    public void A_recorded_host_says_byte_for_byte_what_the_original_says(string profile)
    {
        using var original = new HostProcesses("--profile", profile, "--datastore=datastore1=500GB", "--datastore=big one=1TB", "--datastore=nfs=2TB:NFS");
        File.WriteAllBytes(Path.Combine(original.Root, "vmfs/volumes/big one/some.iso"), new byte[3 << 20]);
        File.WriteAllText(Path.Combine(original.Root, "vsi/power/currentPolicy.error"), "main():a banner\n");

        string copy = Record(original.Root);

        string[] nodes = [.. NodesOf(original.Root)];
        Assert.True(nodes.Length > 150, $"There are {nodes.Length} nodes.");
        Assert.Equal(nodes, NodesOf(copy));
        foreach (string arguments in (string[])["-vl", "-v", "-l"])
        {
            AssertSame(original.Root, copy, "vmware", arguments);
        }

        foreach (string command in Commands)
        {
            AssertSame(original.Root, copy, "esxcli", ["--formatter=xml", .. command.Split(' ')]);
        }

        foreach (string volume in Directory.EnumerateFileSystemEntries(Path.Combine(original.Root, "vmfs/volumes")).Select(Path.GetFileName).OfType<string>())
        {
            AssertSame(original.Root, copy, "vmkfstools", "-P", "/vmfs/volumes/" + volume);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(copy, "answers")));
        Assert.Equal(Machines(original.Root), Machines(copy));
    }

    [Fact]
    public void The_parts_of_the_tree_that_are_named_are_recorded()
    {
        using var original = new HostProcesses();

        string copy = Record(original.Root, "--root", "/hardware/cpu", "--root=power");

        Assert.Equal(["cpu"], Directory.EnumerateFileSystemEntries(Path.Combine(copy, "vsi/hardware")).Select(Path.GetFileName));
        Assert.True(File.Exists(Path.Combine(copy, "vsi/power/currentPolicy")));
        Assert.False(Directory.Exists(Path.Combine(copy, "vsi/memory")));
        string leader = Machines(original.Root)[0].WorldGroupLeader.ToString(CultureInfo.InvariantCulture);
        Assert.True(Directory.Exists(Path.Combine(copy, "vsi/vm", leader)), "A virtual machine has the nodes by which it is known.");
    }

    [Fact]
    public void A_record_that_fails_leaves_nothing_behind()
    {
        using var original = new HostProcesses();
        string[][] wrong =
        [
            ["record"],
            ["record", Path.Combine(_parent, "x"), "--root", "/nope", "--tools", Path.Combine(original.Root, "bin")],
            ["record", Path.Combine(_parent, "x"), "--tools", Path.Combine(_parent, "none")],
            ["record", original.Root, "--tools", Path.Combine(original.Root, "bin")],
        ];

        foreach (string[] arguments in wrong)
        {
            ToolResult result = HostProcesses.Execute(Built.Esxsim, arguments);

            Assert.Equal(2, result.Status);
            Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
            Assert.Empty(Directory.EnumerateFileSystemEntries(_parent));
        }
    }

    [Fact]
    public void A_tool_that_is_worded_differently_is_recorded_word_for_word()
    {
        using var original = new HostProcesses();
        const string Release = "VMware ESXi 8.0.9 build-42 special\nVMware ESXi 8.0 Update 9\n";
        const string HostName = """<output><structure typeName="N"><field name="HostName"><string>other</string></field></structure></output>""";
        Directory.CreateDirectory(Path.Combine(original.Root, "answers/vmware"));
        Directory.CreateDirectory(Path.Combine(original.Root, "answers/esxcli"));
        File.WriteAllText(Path.Combine(original.Root, "answers/vmware/-vl.txt"), Release);
        File.WriteAllText(Path.Combine(original.Root, "answers/esxcli/system hostname get.xml"), HostName);

        string copy = Record(original.Root, "--root", "/power");

        Assert.Equal(Release, Run(copy, "vmware", "-vl").Output);
        Assert.Equal(HostName, Run(copy, "esxcli", "--formatter=xml", "system", "hostname", "get").Output);
        Assert.Equal("other", HostFacts.Read(new HostDirectory(copy)).HostName);
        Assert.Equal("42", HostFacts.Read(new HostDirectory(copy)).Build);
    }

    [Theory]
    [InlineData("../host.json")]
    [InlineData("/etc/passwd")]
    [InlineData("vsi/../../x")]
    [InlineData("vsi//x")]
    public void A_snapshot_with_a_path_that_leads_out_of_it_is_refused(string name)
    {
        string archive = Archive((name, "x"));

        ToolResult result = HostProcesses.Execute(Built.Esxsim, ["init", Path.Combine(_parent, "host"), "--snapshot", archive]);

        Assert.Equal(2, result.Status);
        Assert.Contains("no name of a file", result.Error, StringComparison.Ordinal);
        Assert.Equal([archive], Directory.EnumerateFileSystemEntries(_parent));
    }

    [Fact]
    public void What_is_no_snapshot_is_refused_in_one_line()
    {
        string text = Path.Combine(_parent, "text.zip");
        File.WriteAllText(text, "no archive");
        string[] wrong = [text, Path.Combine(_parent, "none.zip"), Archive(("host.json", "{}")), Archive(("host.json", "{}"), ("datastores.json", "[]")), _parent];
        foreach (string path in wrong)
        {
            ToolResult result = HostProcesses.Execute(Built.Esxsim, ["init", Path.Combine(_parent, "host"), "--snapshot", path]);

            Assert.Contains(result.Status, (int[])[2, 70]);
            Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
            Assert.False(Directory.Exists(Path.Combine(_parent, "host")));
        }

        Assert.Equal(2, HostProcesses.Execute(Built.Esxsim, ["init", Path.Combine(_parent, "host"), "--snapshot", text, "--profile", "8.0"]).Status);
    }

    [Theory]
    [InlineData("Capacity 4293591040 (65515 file blocks * 65536), 4120444928 (62873 blocks) avail, max supported", 4293591040, 4120444928, 65536)]
    [InlineData("VMFS-6.81 (Raw Major Version: 24) file system\nCapacity 1048576 (1 file blocks * 1048576), 0 (0 blocks) avail", 1048576, 0, 1048576)]
    public void Sizes_are_read_from_the_report_of_a_file_system(string report, long capacity, long free, long block)
    {
        Assert.Equal(new VolumeSize(capacity, free, block), VolumeSize.Parse(report));
        Assert.Null(VolumeSize.Parse("Capacity 465.8 GB, 12.3 GB available, file block size 1 MB"));
        Assert.Null(VolumeSize.Parse(""));
    }

    private string Record(string root, params string[] arguments)
    {
        string copy = Path.Combine(_parent, "copy");
        ToolResult result = HostProcesses.Execute(Built.Esxsim, ["record", copy, "--tools", Path.Combine(root, "bin"), .. arguments]);
        Assert.True(result.Status == 0, result.Error);
        return copy;
    }

    private string Archive(params (string Name, string Text)[] files)
    {
        string path = Path.Combine(_parent, Path.GetRandomFileName() + ".zip");
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, string text) in files)
        {
            using var writer = new StreamWriter(archive.CreateEntry(name).Open());
            writer.Write(text);
        }

        return path;
    }

    /// <summary>Every node with all that the tool says of it.</summary>
    private static IEnumerable<string> NodesOf(string root, string path = "/")
    {
        ToolResult listing = Run(root, "vsish", "-e", "ls", path);
        yield return $"{path}: {listing.Status} {listing.Output} {listing.Error}";
        foreach (string name in listing.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string child = path.TrimEnd('/') + "/" + name.TrimEnd('/');
            if (name.EndsWith('/'))
            {
                foreach (string below in NodesOf(root, child))
                {
                    yield return below;
                }
            }
            else
            {
                ToolResult leaf = Run(root, "vsish", "-e", "get", child);
                yield return $"{child}: {leaf.Status} {Convert.ToHexString(leaf.Bytes)} {leaf.Error}";
            }
        }
    }

    private static VirtualMachine[] Machines(string root) =>
        [.. VirtualMachine.ReadAll(new HostDirectory(root)).Select(static one => one with { ContextId = 0 })];

    private static void AssertSame(string original, string copy, string tool, params string[] arguments)
    {
        ToolResult one = Run(original, tool, arguments);
        ToolResult other = Run(copy, tool, arguments);
        Assert.Equal((one.Status, one.Output, one.Error), (other.Status, other.Output, other.Error));
    }

    private static ToolResult Run(string root, string tool, params string[] arguments) => HostProcesses.Execute(Path.Combine(root, "bin", tool), arguments);
}
