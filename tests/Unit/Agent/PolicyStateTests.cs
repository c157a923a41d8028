using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>What an agent allows with a policy, without one, with a broken one, and when the file changes while it runs.</summary>
public sealed class PolicyStateTests : IDisposable
{
    private const string All = """{"version":1,"groups":[{"name":"all","members":[{"name":"*"}],"methods":["*"]}]}""";
    private const string InfoOnly = """{"version":1,"groups":[{"name":"all","members":[{"name":"*"}],"methods":["host/info"]}]}""";

    /// <summary>The methods that need a right, and need no parameters.</summary>
    private static readonly string[] s_guarded = ["host/info", "host/datastores", "vm/self", "agent/metrics"];

    private readonly SimulatedHost _host = SimulatedHost.Make();

    private string Socket => Path.Combine(_host.Directory, "s");

    /// <inheritdoc/>
    public void Dispose() => _host.Dispose();

    [Fact]
    public void Without_a_file_a_VM_may_look_at_the_host_and_itself()
    {
        File.Delete(_host.PolicyPath);
        using AgentProcess agent = Serve();
        using WireConnection guest = Guest();
        MustAllow(guest, "host/info", "vm/self");
        Assert.Equal(("absent", null), StateOf(guest));
        Assert.Equal(["host/info", "vm/self", "vsi/get", "vsi/list", "vsi/walk", "vsi/watch"], guest.Call("vm/self").Result!["rights"]!.AsArray().Select(right => right!.ToString()));
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void Without_the_directory_of_the_file_it_is_the_same()
    {
        Directory.Delete(Path.GetDirectoryName(_host.PolicyPath)!, recursive: true);
        using AgentProcess agent = Serve();
        using WireConnection guest = Guest();
        MustAllow(guest, "host/info", "vm/self");
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void A_loaded_file_allows_what_it_says_and_its_digest_is_told()
    {
        _host.SetPolicy("""
            {
              "version": 1,
              "groups": [
                { "name": "web", "members": [ { "name": "web*" } ], "methods": [ "agent/status", "host/*" ] },
                { "name": "default", "methods": [ "vm/self" ] }
              ]
            }
            """);
        using AgentProcess agent = AgentProcess.Serve(_host, [$"unix:{Socket}", $"unix:{Socket}2?as={_host.Machines[1].CartelId}"]);
        using WireConnection web = Guest();
        using WireConnection other = WireConnection.Open(Socket + "2");
        Assert.Equal("default", other.Initialize().Result!["peer"]!["group"]!.GetValue<string>());
        MustAllow(web, "host/info", "host/datastores");
        MustAllow(other, "vm/self");
        Assert.Equal(("loaded", null), StateOf(web));

        JsonNode policy = web.Call("agent/status").Result!["policy"]!;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_host.PolicyPath))), policy["digest"]!.GetValue<string>());
        Assert.Equal(_host.PolicyPath, policy["path"]!.GetValue<string>());

        // Where the file lies is nothing for a VM without the right to the whole status.
        Assert.Null(other.Call("agent/status").Result!["policy"]!["path"]);
        Assert.Equal(0, agent.Stop());
    }

    [Theory]
    [InlineData("", "line 1: it is not JSON")]
    [InlineData("   \n\n", "it is not JSON")]
    [InlineData("{\n  \"version\": 1,\n  \"groups\": [ nonsense ]\n}", "line 3: it is not JSON")]
    [InlineData("{\n  \"version\": 1,\n  \"groups\": []", "it is not JSON")]
    [InlineData("{\n  \"version\": 1,\n  \"groups\": []\n}\n{}", "line 5: it is not JSON")]
    [InlineData("[]", "line 1: the file must be an object")]
    [InlineData("{\n  \"version\": 7,\n  \"groups\": []\n}", "the member 'version' must be 1")]
    [InlineData("{\n  \"groups\": []\n}", "the member 'version' must be 1")]
    [InlineData("{\n  \"version\": 1\n}", "the member 'groups' is missing")]
    [InlineData("{\n  \"version\": 1,\n  \"gruops\": []\n}", "line 3: the file has a member 'gruops' that is not known")]
    [InlineData("{ \"version\": 1,\n  \"groups\": [\n    { \"name\": \"a\", \"metods\": [] } ]\n}", "line 3: a group has a member 'metods' that is not known")]
    [InlineData("{\n  \"version\": 1,\n  \"groups\": [\n    { \"name\": \"a\" },\n    { \"name\": \"A\" } ]\n}", "the group 'A' is there twice")]
    [InlineData("{\n  \"version\": 1,\n  \"groups\": [\n    { \"name\": \"../a\" } ]\n}", "the group name '../a' must be")]
    [InlineData("{ \"version\": 1,\n  \"groups\": [\n    { \"name\": \"a\",\n      \"methods\": \"*\" } ]\n}", "line 4: the member 'methods' must be a list")]
    [InlineData("{\"version\":1,\n\"groups\":[\n{\"name\":\"a\",\n\"members\":[{\"biosUuid\":\"x\"}]}]}", "line 4: the member 'biosUuid' must be a uuid")]
    [InlineData("{\n  \"version\": 1,\n  \"groups\": [\n    { \"name\": \"\\ud800\" } ]\n}", "line 4: a text holds an escape sequence that is no character")]
    public void An_invalid_file_allows_nothing_and_is_told_with_its_line(string text, string reason)
    {
        _host.SetPolicy(text);
        using AgentProcess agent = Serve();
        MustAllowNothing(reason);
        Assert.Equal(0, agent.Stop());
    }

    [Theory]
    [InlineData("directory", "the file cannot be read (it is a directory)")]
    [InlineData("link to itself", "the file cannot be read")]
    [InlineData("too large", "the file is larger than 1 MiB")]
    [InlineData("without end", "the file is larger than 1 MiB")]
    [InlineData("pipe", "line 1: it is not JSON")]
    public void What_is_no_file_of_a_policy_allows_nothing(string what, string reason)
    {
        File.Delete(_host.PolicyPath);
        switch (what)
        {
            case "directory":
                Directory.CreateDirectory(_host.PolicyPath);
                break;
            case "link to itself":
                File.CreateSymbolicLink(_host.PolicyPath, _host.PolicyPath);
                break;
            case "too large":
                File.WriteAllText(_host.PolicyPath, All + new string(' ', 1 << 20));
                break;
            case "without end":
                File.CreateSymbolicLink(_host.PolicyPath, "/dev/zero");
                break;
            default:
                System.Diagnostics.Process.Start("mkfifo", [_host.PolicyPath]).WaitForExit();
                break;
        }

        using AgentProcess agent = Serve();
        MustAllowNothing(reason);
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void A_file_that_the_agent_may_not_read_allows_nothing_until_it_may()
    {
        Assert.SkipWhen(Nobody.Obstacle is not null, Nobody.Obstacle ?? string.Empty);
        _host.OpenToOthers();
        Permissions.Set(_host.PolicyPath, "000");
        using AgentProcess agent = AgentProcess.ServeThrough(Nobody.Launcher, _host, [$"unix:{Socket}"]);
        MustAllowNothing("the file cannot be read (permission denied)");

        // Neither its time nor its size changes with that.
        using WireConnection guest = Guest();
        Permissions.Set(_host.PolicyPath, "644");
        MustBecome(guest, "loaded");
        MustAllow(guest, s_guarded);
        Permissions.Set(_host.PolicyPath, "000");
        MustBecome(guest, "invalid");
        MustAllow(guest);
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void A_file_that_changes_is_in_force_within_about_a_second_on_open_sessions_too()
    {
        _host.SetPolicy(All);
        using AgentProcess agent = Serve();
        using WireConnection guest = Guest();
        MustAllow(guest, s_guarded);

        long started = Environment.TickCount64;
        _host.SetPolicy(InfoOnly);
        Eventually.Holds("the new policy is in force", () => guest.Call("vm/self").ErrorKind == "AccessDenied");
        Assert.InRange(Environment.TickCount64 - started, 0, 3_000);
        MustAllow(guest, "host/info");

        _host.SetPolicy("{");
        MustBecome(guest, "invalid");
        MustAllow(guest);
        File.Delete(_host.PolicyPath);
        MustBecome(guest, "absent");
        MustAllow(guest, "host/info", "vm/self");
        _host.SetPolicy(All);
        MustBecome(guest, "loaded");
        MustAllow(guest, s_guarded);

        // The log comes through a pipe, in its own time.
        string[] States() => [.. agent.Errors.Split('\n').Where(line => line.Contains("Z policy ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];
        Eventually.Holds("the log tells of four policies", () => States().Length >= 4);
        Assert.Equal(["loaded:", "invalid:", "absent:", "loaded:"], States());
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void Another_file_of_the_same_size_and_time_is_noticed()
    {
        // As a tool leaves it that restores files with their times.
        string other = All.Replace("\"*\"]", "\"X\"]", StringComparison.Ordinal);
        DateTime time = DateTime.UtcNow.AddDays(-1);
        _host.SetPolicy(All);
        File.SetLastWriteTimeUtc(_host.PolicyPath, time);
        using AgentProcess agent = Serve();
        using WireConnection guest = Guest();
        MustAllow(guest, s_guarded);
        File.WriteAllText(_host.PolicyPath, other);
        File.SetLastWriteTimeUtc(_host.PolicyPath, time);
        Eventually.Holds("the new policy is in force", () => guest.Call("vm/self").ErrorKind == "AccessDenied");
        MustAllow(guest);
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void A_VM_in_two_groups_is_refused_and_told_why()
    {
        _host.SetPolicy("""
            {
              "version": 1,
              "groups": [
                { "name": "a", "members": [ { "name": "*" } ], "methods": [ "*" ] },
                { "name": "b", "members": [ { "name": "web*" } ], "methods": [ "*" ] }
              ]
            }
            """);
        using AgentProcess agent = AgentProcess.Serve(_host, [$"unix:{Socket}", $"unix:{Socket}2?as={_host.Machines[1].CartelId}"]);
        using WireConnection both = WireConnection.Open(Socket);
        Assert.Null(both.Initialize().Result!["peer"]!["group"]);
        MustAllow(both);
        Assert.Contains("the VM belongs to two groups of the host's policy", both.Call("host/info").ErrorMessage, StringComparison.Ordinal);

        using WireConnection one = WireConnection.Open(Socket + "2");
        Assert.Equal("a", one.Initialize().Result!["peer"]!["group"]!.GetValue<string>());
        MustAllow(one, s_guarded);
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void A_file_that_is_named_takes_the_place_of_the_hosts_own()
    {
        string path = Path.Combine(_host.Directory, "policy");
        File.WriteAllText(path, InfoOnly);
        using AgentProcess agent = Serve("--policy", path);
        using WireConnection guest = Guest();
        MustAllow(guest, "host/info");
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void A_refusal_names_the_group_and_the_right_that_is_missing()
    {
        _host.SetPolicy(InfoOnly);
        using AgentProcess agent = Serve();
        using WireConnection guest = Guest();
        WireMessage answer = guest.Call("host/datastores").MustFail("AccessDenied", -32010);
        Assert.Equal("The host does not allow 'host/datastores': the group 'all' has no right 'host/datastores' in the host's policy.", answer.ErrorMessage);
        Assert.Equal("host/datastores", answer.Json["error"]!["data"]!["target"]!.GetValue<string>());
        Assert.Equal(0, agent.Stop());
    }

    private AgentProcess Serve(params string[] more) => AgentProcess.Serve(_host, [$"unix:{Socket}"], more);

    private WireConnection Guest() => WireConnection.OpenSession(Socket);

    /// <summary>Fails where anything but the given methods is allowed; what every VM may is allowed always.</summary>
    private static void MustAllow(WireConnection guest, params string[] methods)
    {
        foreach (string method in s_guarded)
        {
            WireMessage answer = guest.Call(method);
            Assert.True((answer.ErrorKind is null) == methods.Contains(method), $"{method}: {answer}");
            Assert.True(answer.ErrorKind is null or "AccessDenied", $"{method}: {answer}");
        }

        Assert.Equal("{}", guest.Call("$/ping").Result!.ToJsonString());
        Assert.NotNull(guest.Call("agent/status").Result!["policy"]);
    }

    private void MustAllowNothing(string reason)
    {
        using WireConnection guest = WireConnection.Open(Socket);
        Assert.Empty(guest.Initialize().Result!["capabilities"]!.AsArray());
        MustAllow(guest);
        (string state, string? told) = StateOf(guest);
        Assert.Equal("invalid", state);
        Assert.Contains(reason, told, StringComparison.Ordinal);
        Assert.Contains(reason, guest.Call("host/info").ErrorMessage, StringComparison.Ordinal);
        IEnumerable<JsonNode?> capabilities = guest.Call("agent/status").Result!["capabilities"]!.AsArray();
        Assert.All(capabilities, capability => Assert.Equal("the policy file is invalid", capability!["reason"]!.GetValue<string>()));
    }

    private static void MustBecome(WireConnection guest, string state) =>
        Eventually.Holds($"the policy is {state}", () => StateOf(guest).State == state, TimeSpan.FromSeconds(5));

    private static (string State, string? Reason) StateOf(WireConnection guest)
    {
        JsonNode policy = guest.Call("agent/status").Result!["policy"]!;
        return (policy["state"]!.GetValue<string>(), policy["reason"]?.GetValue<string>());
    }
}
