using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>The commands of <c>esxagent</c>: what they print; that a wrong call is told in one line, ends with status 2 and leaves nothing behind.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly SimulatedHost _host = SimulatedHost.Make();

    /// <summary>What a line of these tests writes for things that are known at run time only: <c>{dir}</c>, <c>{root}</c>, <c>{long}</c>.</summary>
    private string Fill(string text) => text
        .Replace("{dir}", _host.Directory, StringComparison.Ordinal)
        .Replace("{root}", _host.Root, StringComparison.Ordinal)
        .Replace("{long}", new string('x', 108 - _host.Directory.Length), StringComparison.Ordinal);

    /// <inheritdoc/>
    public void Dispose()
    {
        Permissions.Set(_host.Root, "755");
        _host.Dispose();
    }

    [Theory]
    [InlineData("a command is missing", "")]
    [InlineData("there is no command 'sreve'", "sreve")]
    [InlineData("there is no command '--listen unix:/x'", "--listen", "unix:/x")]
    [InlineData("there is no command 'version extra'", "version", "extra")]
    [InlineData("there is no command 'Serve'", "Serve")]
    [InlineData("unknown option '--lisen'", "serve", "--lisen", "unix:/x")]
    [InlineData("unknown option 'unix:/x'", "serve", "unix:/x")]
    [InlineData("unknown option '--lisen=unix:/x'", "serve", "--lisen=unix:/x")]
    [InlineData("unknown option '--listen'", "check", "--listen", "unix:/x")]
    [InlineData("unknown option '--json=1'", "check", "--json=1")]
    [InlineData("the option '--listen' needs a value", "serve", "--listen")]
    [InlineData("the option '--listen' needs a value", "serve", "--listen", "--host-root", "{root}")]
    [InlineData("the option '--policy' needs a value", "serve", "--host-root", "{root}", "--policy")]
    [InlineData("the option '--policy' needs a value", "serve", "--host-root", "{root}", "--policy=")]
    [InlineData("the option '--state' needs a value", "serve", "--host-root", "{root}", "--state", "")]
    [InlineData("the option '--audit' needs a value", "serve", "--host-root", "{root}", "--audit=")]
    [InlineData("the option '--log' needs a value", "serve", "--host-root", "{root}", "--log=")]
    [InlineData("the option '--host-root' needs a value", "check", "--host-root")]
    [InlineData("the option '--host-root' was given twice", "serve", "--host-root", "{root}", "--host-root={root}")]
    [InlineData("the option '--policy' was given twice", "serve", "--host-root", "{root}", "--policy", "a", "--policy", "a")]
    [InlineData("the option '--state' was given twice", "serve", "--host-root", "{root}", "--state", "a", "--state", "b")]
    [InlineData("the option '--audit' was given twice", "serve", "--host-root", "{root}", "--audit", "a", "--audit", "b")]
    [InlineData("the audit file and the log cannot both be '{dir}/./x'", "serve", "--host-root", "{root}", "--audit", "{dir}/./x", "--log", "{dir}/x")]
    [InlineData("the option '--log' was given twice", "serve", "--host-root", "{root}", "--log", "-", "--log", "-")]
    public void A_wrong_call_is_told_in_one_line(string says, params string[] arguments) => MustBeRefused(Fill(says), arguments is [""] ? [] : arguments);

    [Theory]
    [InlineData("", "The endpoint '' cannot be read; expected 'vsock:")]
    [InlineData("nonsense", "The endpoint 'nonsense' cannot be read")]
    [InlineData("tcp:127.0.0.1:1019", "The endpoint 'tcp:127.0.0.1:1019' cannot be read")]
    [InlineData("{dir}/s", "The endpoint '{dir}/s' cannot be read")]
    [InlineData("unix", "The endpoint 'unix' cannot be read")]
    [InlineData("unix:", "The endpoint 'unix:' needs the path of a socket")]
    [InlineData("unix:{dir}/{long}", "may have 107 bytes; '{dir}/{long}' has 109")]
    [InlineData("unix:{dir}/s?as=", "'unix:{dir}/s?as=' has an option that is not known; the only one is '?as=<cartel id>'")]
    [InlineData("unix:{dir}/s?as=web01", "has an option that is not known")]
    [InlineData("unix:{dir}/s?as=0", "has an option that is not known")]
    [InlineData("unix:{dir}/s?as=-1", "has an option that is not known")]
    [InlineData("unix:{dir}/s?as=9223372036854775808", "has an option that is not known")]
    [InlineData("unix:{dir}/s?like=1", "has an option that is not known")]
    [InlineData("unix:{dir}/s?", "has an option that is not known")]
    [InlineData("vsock:", "The endpoint 'vsock:' cannot be read")]
    [InlineData("vsock:host:1019", "The endpoint 'vsock:host:1019' cannot be read")]
    [InlineData("vsock:2:", "The endpoint 'vsock:2:' cannot be read")]
    [InlineData("vsock:2:0", "The endpoint 'vsock:2:0' cannot be read")]
    [InlineData("vsock:2:4294967295", "The endpoint 'vsock:2:4294967295' cannot be read")]
    [InlineData("vsock:2:4294967296", "The endpoint 'vsock:2:4294967296' cannot be read")]
    [InlineData("vsock:2:+5", "The endpoint 'vsock:2:+5' cannot be read")]
    [InlineData("vsock:2:1019:1", "The endpoint 'vsock:2:1019:1' cannot be read")]
    [InlineData("vsock:-1:1019", "The endpoint 'vsock:-1:1019' cannot be read")]
    [InlineData("vsock:4294967295:1019", "The endpoint 'vsock:4294967295:1019' cannot be read")]
    public void An_endpoint_that_cannot_be_read_is_told_with_what_is_expected(string endpoint, string says) =>
        MustBeRefused(Fill(says), "serve", $"--listen={Fill(endpoint)}", "--host-root", "{root}");

    [Theory]
    [InlineData("unix:{dir}/s", "the endpoint 'unix:{dir}/s' does not tell which VM calls, so it needs --host-root")]
    [InlineData("unix:{dir}/s?as=5", "the endpoint 'unix:{dir}/s?as=5' does not tell which VM calls, so it needs --host-root")]
    [InlineData("vsock:any:1019?as=5", "the endpoint 'vsock:any:1019?as=5' does not tell which VM calls, so it needs --host-root")]
    public void An_endpoint_that_does_not_tell_who_calls_needs_a_simulated_host(string endpoint, string says) =>
        MustBeRefused(Fill(says), "serve", "--listen", endpoint);

    [Theory]
    [InlineData("unix:{dir}/s", "unix:{dir}/s")]
    [InlineData("unix:{dir}/s?as=1", "unix:{dir}/s?as=2")]
    [InlineData("unix:{dir}/s", "unix:{dir}/./s")]
    [InlineData("unix:{dir}/s", "unix:s")]
    [InlineData("vsock:any:1019", "vsock:2:1019")]
    [InlineData("vsock:2:1019", "vsock:any:1019")]
    [InlineData("vsock:2:1019?as=1", "vsock:2:1019?as=2")]
    public void Two_endpoints_at_one_place_are_refused(string first, string second) =>
        MustBeRefused(
            Fill($"the endpoints '{first}' and '{second}' are the same place"),
            "serve", "--host-root", "{root}", "--listen", first, "--listen", second);

    [Theory]
    [InlineData("{dir}/none", "the host root '{dir}/none' cannot be used (no such file or directory)")]
    [InlineData("{root}/host.json", "the host root '{root}/host.json' cannot be used (not a directory)")]
    [InlineData("{dir}", "the host root '{dir}' is no simulated host: 'bin' in it cannot be used (no such file or directory); 'esxsim init' makes one")]
    public void A_host_root_that_is_none_is_told(string root, string says)
    {
        MustBeRefused(Fill(says), "serve", "--listen", "unix:{dir}/s", "--host-root", root);
        MustBeRefused(Fill(says), "check", "--host-root", root);
    }

    [Theory]
    [InlineData("unix:{dir}/none/s", "the directory '{dir}/none' cannot be opened (no such file or directory)")]
    [InlineData("unix:{root}/host.json/s", "the directory '{root}/host.json' cannot be opened (not a directory)")]
    public void A_socket_whose_directory_is_missing_is_told(string endpoint, string says) =>
        MustBeRefused(Fill($"cannot listen on '{endpoint}': {says}"), "serve", "--listen", endpoint, "--host-root", "{root}");

    [Theory]
    [InlineData("unix:{dir}/none/s")]
    [InlineData("unix:{root}")]
    [InlineData("unix:{root}/host.json")]
    public void Where_one_endpoint_fails_nothing_of_the_others_stays(string bad) => MustBeRefused(
        Fill($"cannot listen on '{bad}'"),
        "serve", "--host-root", "{root}", "--listen", "unix:{dir}/1", "--listen", "unix:{dir}/2", "--listen", bad, "--listen", "unix:{dir}/3");

    [Theory]
    [InlineData("--log", "{dir}", "the log '{dir}' cannot be written (it is a directory)")]
    [InlineData("--log", "{dir}/none/log", "the log '{dir}/none/log' cannot be written (no such file or directory)")]
    [InlineData("--audit", "{dir}", "the audit file '{dir}' cannot be written (it is a directory)")]
    [InlineData("--audit", "{dir}/none/audit", "the audit file '{dir}/none/audit' cannot be written (no such file or directory)")]
    [InlineData("--state", "{dir}/none/state", "the state directory '{dir}/none/state' cannot be made (no such file or directory)")]
    [InlineData("--state", "{root}/host.json", "the state directory '{root}/host.json' cannot be used: its file 'lock' cannot be written (not a directory)")]
    public void A_file_that_cannot_be_written_is_told(string option, string path, string says) =>
        MustBeRefused(Fill(says), "serve", "--listen", "unix:{dir}/s", "--host-root", "{root}", option, path);

    [Theory]
    [InlineData("--log", "{root}/log", "the log '{root}/log' cannot be written (permission denied)")]
    [InlineData("--audit", "{root}/audit", "the audit file '{root}/audit' cannot be written (permission denied)")]
    [InlineData("--state", "{root}/state", "the state directory '{root}/state' cannot be made (permission denied)")]
    [InlineData("--state", "{root}/vms", "the state directory '{root}/vms' cannot be used: its file 'lock' cannot be written (permission denied)")]
    [InlineData("--listen", "unix:{root}/s", "cannot listen on 'unix:{root}/s': permission denied")]
    public void What_this_user_may_not_write_is_told(string option, string path, string says)
    {
        Assert.SkipWhen(Nobody.Obstacle is not null, Nobody.Obstacle ?? string.Empty);
        _host.OpenToOthers();
        MustBeRefused(Fill(says), Nobody.Launcher, "serve", "--listen", "unix:{dir}/s", "--host-root", "{root}", option, path);
    }

    [Fact]
    public void A_host_root_that_this_user_may_not_read_is_told()
    {
        Assert.SkipWhen(Nobody.Obstacle is not null, Nobody.Obstacle ?? string.Empty);
        _host.OpenToOthers();
        Permissions.Set(_host.Root, "000");
        MustBeRefused(
            Fill("the host root '{root}' cannot be used (permission denied)"), Nobody.Launcher, "serve", "--listen", "unix:{dir}/s", "--host-root", "{root}");
    }

    [Fact]
    public void Version_is_that_of_the_module()
    {
        (int status, string output, string errors) = AgentProcess.Run("version");
        string manifest = File.ReadAllText(Path.Combine(Built.Root, "EsxAgent.psd1"));
        Assert.Matches(@"^esxagent \d+\.\d+\.\d+( \([0-9a-f]{7,40}\))?\n$", output);
        Assert.Contains($"'{output.Split([' ', '\n'])[1]}'", manifest, StringComparison.Ordinal);
        Assert.Equal((0, string.Empty), (status, errors));
    }

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("serve", "--help")]
    [InlineData("check", "--json", "-h")]
    public void Help_names_every_command_and_option(params string[] arguments)
    {
        (int status, string output, string errors) = AgentProcess.Run(arguments);
        Assert.Equal((0, string.Empty), (status, errors));
        string[] options = ["--listen", "--host-root", "--policy", "--state", "--audit", "--log", "--json"];
        Assert.All(["esxagent serve", "esxagent check", "esxagent version", .. options], word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Check_says_what_the_host_offers_and_changes_nothing()
    {
        _host.RemoveTool("localcli");
        string[] before = Listing();
        (int status, string output, string errors) = AgentProcess.Run("check", "--host-root", _host.Root);
        Assert.Equal((0, string.Empty), (status, errors));
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.Matches("^(ok|missing|note) +[^ ]", line));
        Assert.Contains(lines, line => Regex.IsMatch(line, $"^ok +tool vsish +{_host.Root}/bin/vsish -e get [^ ]+: status 0: "));
        Assert.Contains(lines, line => Regex.IsMatch(line, "^note +tool localcli .* is not there"));
        Assert.Contains(lines, line => Regex.IsMatch(line, "^ok +vsish /hardware/bios/dmiInfo "));
        Assert.Contains(lines, line => Regex.IsMatch(line, $"^ok +policy +{_host.PolicyPath} sha256 [0-9a-f]{{64}}$"));
        Assert.Contains(lines, line => Regex.IsMatch(line, "^ok +capability hostInfo "));
        Assert.Equal(before, Listing());
    }

    [Fact]
    public void Check_gives_the_same_as_JSON()
    {
        (int status, string table, _) = AgentProcess.Run("check", "--host-root", _host.Root);
        (int sameStatus, string json, string errors) = AgentProcess.Run("check", "--json", $"--host-root={_host.Root}");
        Assert.Equal((status, string.Empty), (sameStatus, errors));
        JsonArray lines = JsonNode.Parse(json)!.AsArray();
        string[] same = [.. lines.Select(line => $"{line!["outcome"],-8}{line["name"],-44}{line["detail"]}")];
        Assert.Equal(table.TrimEnd('\n').Split('\n'), same);
    }

    [Fact]
    public void Check_tells_of_tools_that_fail_and_of_a_policy_that_is_invalid()
    {
        _host.SetFaults(HostFault.Fails("vsish", 3, "VSISHCmdGetInt():Get failed: Busy", "*cpuInfo"));
        _host.SetPolicy("{\n\"version\": 1,\n\"gruops\": [] }");
        (int status, string output, _) = AgentProcess.Run("check", "--host-root", _host.Root);
        Assert.Equal(1, status);
        string[] lines = output.Split('\n');
        string failed = Assert.Single(lines, line => line.StartsWith("note    vsish /hardware/cpu/cpuInfo", StringComparison.Ordinal));
        Assert.EndsWith("VSISHCmdGetInt():Get failed: Busy", failed, StringComparison.Ordinal);
        string policy = Assert.Single(lines, line => line.StartsWith("missing policy", StringComparison.Ordinal));
        Assert.Contains("line 3: the file has a member 'gruops' that is not known", policy, StringComparison.Ordinal);
    }

    private void MustBeRefused(string says, params string[] arguments) => MustBeRefused(says, [], arguments);

    private void MustBeRefused(string says, string[] launcher, params string[] arguments)
    {
        string[] before = Listing();
        (int status, string output, string errors) = AgentProcess.Run(_host.Directory, [.. launcher, Built.Esxagent, .. arguments.Select(Fill)]);
        Assert.Equal((2, string.Empty), (status, output));
        string line = Assert.Single(errors.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("esxagent: ", line, StringComparison.Ordinal);
        Assert.Contains(says, line, StringComparison.Ordinal);
        Assert.Equal(before, Listing());
        Assert.Empty(ProcessFootprint.RunningIn(_host.Directory));
    }

    private string[] Listing() => [.. Directory.EnumerateFileSystemEntries(_host.Directory, "*", SearchOption.AllDirectories).Order()];
}
