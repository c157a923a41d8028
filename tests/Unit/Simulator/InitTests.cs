using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using EsxAgent.Simulator;
using EsxAgent.Simulator.Commands;
using EsxAgent.Simulator.Host;
using Xunit;

namespace EsxAgent.Tests.Simulator;

public sealed class InitTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("esxsim-test-").FullName;

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public void Init_makes_a_whole_host_with_its_defaults()
    {
        string root = Path.Combine(_parent, "made", "host");
        Assert.Equal(0, Run("init", root).Status);
        var host = new HostDirectory(root);

        Assert.Equal("8.0", HostFacts.Read(host).Profile);
        Assert.Equal([("datastore1", 500L << 30), ("ssd1", 200L << 30)], Datastore.ReadAll(host).Select(one => (one.Name, one.CapacityBytes)));
        Assert.Equal(["web01", "db01"], VirtualMachine.ReadAll(host).Select(one => one.Name));
        Assert.Equal("[]\n", File.ReadAllText(host.Faults));
        Assert.All(ToolSwitch.Tools, tool => Assert.Equal("esxsim", new FileInfo(Path.Combine(host.Bin, tool)).LinkTarget));
        Assert.All(Datastore.ReadAll(host), one =>
            Assert.Equal(one.Uuid, new FileInfo(Path.Combine(host.Volumes, one.Name)).LinkTarget));
        Assert.Equal(["host"], Directory.GetFileSystemEntries(Path.Combine(_parent, "made")).Select(Path.GetFileName));
    }

    [Fact]
    public void The_policy_allows_everything()
    {
        Run("init", Path.Combine(_parent, "host"));
        using JsonDocument policy = JsonDocument.Parse(File.ReadAllText(Path.Combine(_parent, "host/etc/esxagent/policy.json")));

        Assert.Equal(
            """{"version":1,"groups":[{"name":"all","members":[{"name":"*"}],"methods":["*"],"vsi":["/"],"datastores":[{"name":"*"}],"vmdkPaths":["/vmfs/volumes/"],"""
            + "\"rates\":{\"requestsPerSecond\":1000000,\"changesPerMinute\":1000000}}]}",
            JsonSerializer.Serialize(policy.RootElement));
    }

    [Fact]
    public void The_ids_of_two_hosts_made_alike_are_the_same()
    {
        Run("init", Path.Combine(_parent, "a"), "--profile", "7.0");
        Run("init", Path.Combine(_parent, "b"), "--profile=7.0");
        Run("init", Path.Combine(_parent, "c"), "--profile", "6.7");

        VirtualMachine[][] machines = [.. "abc".Select(name => VirtualMachine.ReadAll(new HostDirectory(Path.Combine(_parent, name.ToString()))).ToArray())];
        Assert.Equal(machines[0], machines[1]);
        Assert.NotEqual(machines[0][0].BiosUuid, machines[2][0].BiosUuid);
    }

    [Fact]
    public void Datastores_and_machines_can_have_odd_names()
    {
        string root = Path.Combine(_parent, "host");
        const string Name = "x: {y} [z] ü %2f \"q\" $(name)";
        Assert.Equal(0, Run("init", root, "--datastore", "a b:c=d=1TB", "--datastore", "nas=2TB:NFS", "--vm", Name).Status);
        var host = new HostDirectory(root);
        VirtualMachine machine = VirtualMachine.ReadAll(host).Single();

        Assert.Equal(["a b:c=d", "nas"], Datastore.ReadAll(host).Select(one => one.Name));
        Assert.Equal(Name, machine.Name);
        Assert.Equal($"{Datastore.ReadAll(host)[0].MountPoint}/{Name}/{Name}.vmx", machine.Vmx);
        Assert.Contains("displayName = \"x: {y} [z] ü %2f |22q|22 $(name)\"\n", File.ReadAllText(host.Map(machine.Vmx)), StringComparison.Ordinal);
        Assert.Contains($"display name:{Name}\n", File.ReadAllText(Path.Combine(host.Vsi, $"vm/{machine.WorldGroupLeader}/vmmGroupInfo")), StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(host.Vsi, "vmkModules/vmfs3/auto_unmap/volumes/a b:c=d")), "a VMFS volume has nodes");
        Assert.False(Directory.Exists(Path.Combine(host.Vsi, "vmkModules/vmfs3/auto_unmap/volumes/nas")), "an NFS volume has none");
    }

    [Theory]
    [InlineData("init", "needs one directory")]
    [InlineData("init DIR DIR2", "needs one directory")]
    [InlineData("init DIR --profile 5.5", "there is no profile '5.5'; choose one of 6.7, 7.0, 8.0")]
    [InlineData("init DIR --datastore x", "write NAME=SIZE")]
    [InlineData("init DIR --datastore =1GB", "write NAME=SIZE")]
    [InlineData("init DIR --datastore x=1XB", "'1XB' is no size")]
    [InlineData("init DIR --datastore x=1GB:ext4", "no datastore type 'ext4'")]
    [InlineData("init DIR --datastore x=65TB", "from 1MB to 64TB")]
    [InlineData("init DIR --datastore x=1KB", "from 1MB to 64TB")]
    [InlineData("init DIR --datastore ..=1GB", "cannot name a datastore")]
    [InlineData("init DIR --datastore a/b=1GB", "cannot name a datastore")]
    [InlineData("init DIR --datastore x=1GB --datastore x=2GB", "two datastores 'x'")]
    [InlineData("init DIR --vm a --vm a", "a virtual machine 'a' already")]
    [InlineData("init DIR --vm a/b", "cannot hold '/'")]
    [InlineData("init DIR --vm ..", "cannot name a virtual machine")]
    [InlineData("init DIR --nope 1", "no option '--nope'")]
    [InlineData("init DIR --vm", "'--vm' needs a value")]
    [InlineData("init DIR --profile 7.0 --profile 8.0", "given 2 times")]
    public void A_wrong_call_of_init_is_one_line_and_leaves_nothing(string commandLine, string expected)
    {
        string[] arguments = commandLine.Replace("DIR", Path.Combine(_parent, "host"), StringComparison.Ordinal).Split(' ');
        ToolResult result = Run(arguments);

        Assert.Equal(2, result.Status);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(one => one == '\n'));
        Assert.Empty(Directory.GetFileSystemEntries(_parent));
    }

    [Fact]
    public void A_directory_that_is_not_empty_is_left_as_it_is()
    {
        File.WriteAllText(Path.Combine(_parent, "mine"), "");
        ToolResult result = Run("init", _parent);

        Assert.Equal(2, result.Status);
        Assert.Contains("is not empty", result.Error, StringComparison.Ordinal);
        Assert.Equal(["mine"], Directory.GetFileSystemEntries(_parent).Select(Path.GetFileName));
        Assert.Equal(2, Run("init", Path.Combine(_parent, "mine")).Status);
    }

    [Fact]
    public void An_empty_directory_is_used_and_keeps_its_mode()
    {
        string root = Directory.CreateTempSubdirectory("esxsim-test-").FullName;
        try
        {
            UnixFileMode mode = new DirectoryInfo(root).UnixFileMode;
            Assert.Equal(0, Run("init", root).Status);
            Assert.Equal(mode, new DirectoryInfo(root).UnixFileMode);
            Assert.True(File.Exists(Path.Combine(root, "host.json")), "the host is there");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void An_executable_that_does_not_run_alone_is_not_copied()
    {
        string program = Path.Combine(_parent, "esxsim");
        File.WriteAllText(program, "");
        File.WriteAllText(program + ".dll", "");

        Assert.Contains(
            "publish it",
            Assert.Throws<SimulatorException>(() => InitCommand.Run([Path.Combine(_parent, "host")], program)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "nothing to do")]
    [InlineData("nope", "unknown command 'nope'")]
    public void Another_wrong_call_tells_of_the_help(string commandLine, string expected)
    {
        ToolResult result = Run(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, result.Status);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Contains("esxsim --help", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_and_version_are_printed()
    {
        Assert.Contains("esxsim init DIR", Run("--help").Output, StringComparison.Ordinal);
        Assert.Matches(@"^esxsim [0-9]+\.[0-9]+\.[0-9]+\n$", Run("version").Output);
    }

    private static ToolResult Run(params string[] arguments)
    {
        string executable = Path.Combine(Directory.CreateTempSubdirectory("esxsim-test-").FullName, "executable");
        File.WriteAllText(executable, "");
        try
        {
            var output = new MemoryStream();
            var error = new MemoryStream();
            int status = ToolSwitch.Run("esxsim", executable, arguments, Stream.Null, output, error);
            return new ToolResult(status, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()), output.ToArray());
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(executable)!, recursive: true);
        }
    }
}
