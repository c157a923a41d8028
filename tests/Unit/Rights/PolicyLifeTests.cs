using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using EsxAgent.HostAgent.Operations;
using EsxAgent.Tests.Agent;
using EsxAgent.Tests.Volumes;
using Xunit;

namespace EsxAgent.Tests.Rights;

/// <summary>A policy that comes, breaks, goes and changes under an agent at work: what is allowed at each moment, and that no change is torn by it.</summary>
public sealed class PolicyLifeTests : IDisposable
{
    private const long MiB = 1L << 20;
    private const string All = """
        {"version":1,"groups":[{"name":"all","members":[{"name":"*"}],"methods":["*"],"vsi":["/"],"datastores":[{"name":"*","totalBytes":67108864}],
        "vmdkPaths":["/vmfs/volumes/"],"rates":{"requestsPerSecond":1000000,"changesPerMinute":1000000}}]}
        """;

    private static readonly string[] s_everything = [.. AgentTable.Guarded.Select(row => row.Name)];
    private static readonly string[] s_withoutFile = ["host/info", "vm/self", "vsi/get", "vsi/list", "vsi/walk", "vsi/watch"];

    private readonly World _world = World.Start(datastores: ["datastore1=64GB"], prepare: static host => host.SetPolicy(All));
    private readonly WireConnection _guest;

    public PolicyLifeTests() => _guest = _world.Guest();

    private string Policy => _world.Host.PolicyPath;

    [Fact]
    public void Each_state_of_the_file_allows_exactly_what_it_should_on_a_session_that_lives_through_all_of_them()
    {
        MustBe("loaded", null, s_everything);

        // Replaced by another one that is moved to its place, written over in place, and cut off in the middle.
        _world.Host.SetPolicy(All.Replace("[\"*\"]", "[\"volume/*\"]", StringComparison.Ordinal));
        MustBe("loaded", null, [.. s_everything.Where(static name => name.StartsWith("volume/", StringComparison.Ordinal))]);
        File.WriteAllText(Policy, All.Replace("[\"*\"]", "[\"sidecar/list\"]", StringComparison.Ordinal));
        MustBe("loaded", null, "sidecar/list");
        File.WriteAllText(Policy, All[..40]);
        MustBe("invalid", "line 1: it is not JSON");

        File.WriteAllText(Policy, string.Empty);
        MustBe("invalid", "line 1: it is not JSON");
        File.WriteAllText(Policy, "{}");
        MustBe("invalid", "the member 'version' must be 1");
        File.WriteAllText(Policy, "{\n  \"version\": 1,\n  \"groups\": []\n}");
        MustBe("loaded", null);

        File.Delete(Policy);
        MustBe("absent", null, s_withoutFile);
        Directory.CreateDirectory(Policy);
        MustBe("invalid", "the file cannot be read (it is a directory)");
        Directory.Delete(Policy);
        MustBe("absent", null, s_withoutFile);
        File.CreateSymbolicLink(Policy, "policy.of.another.name");
        MustBe("absent", null, s_withoutFile);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(Policy)!, "policy.of.another.name"), All);
        MustBe("loaded", null, s_everything);

        Directory.Move(Path.GetDirectoryName(Policy)!, Path.GetDirectoryName(Policy) + ".away");
        MustBe("absent", null, s_withoutFile);
        Directory.Move(Path.GetDirectoryName(Policy) + ".away", Path.GetDirectoryName(Policy)!);
        MustBe("loaded", null, s_everything);
    }

    [Fact]
    public void Without_a_file_a_VM_reads_hardware_version_and_power_and_nothing_beside_them()
    {
        File.Delete(Policy);
        MustBe("absent", null, s_withoutFile);
        Assert.All(new[] { "/hardware/cpu/cpuModelName", "/system/version", "/power/currentPolicy" }, node =>
            Assert.NotNull(_guest.Call("vsi/get", $$"""{"path":"{{node}}"}""").Result));
        Assert.All(new[] { "/memory/comprehensive", "/system/heaps", "/vm", "/userworld/cartel" }, node =>
            _guest.Call("vsi/get", $$"""{"path":"{{node}}"}""").MustFail("AccessDenied", -32010));
    }

    [Fact]
    public void The_time_when_a_policy_came_into_force_is_told_and_stays_until_it_changes()
    {
        string loaded = Told("loadedTime");
        System.Threading.Thread.Sleep(1_200);
        Assert.Equal(loaded, Told("loadedTime"));
        _world.Host.SetPolicy(All.Replace("[\"*\"]", "[\"host/info\"]", StringComparison.Ordinal));
        Eventually.Holds("the new policy is in force", () => Told("loadedTime") != loaded);
        Assert.True(string.CompareOrdinal(Told("loadedTime"), loaded) > 0, "time should go on");
    }

    [Theory]
    [InlineData("""{"version":1,"groups":[]}""")]
    [InlineData("""{"version":1,"groups":[{"name":"other","members":[{"name":"web*"}],"methods":["*"],"datastores":[{"name":"*"}]},{"name":"all","members":[{"name":"web*"}],"methods":["*"]}]}""")]
    [InlineData("""{"version":1,"groups":[{"name":"all","members":[{"name":"*"}],"methods":["agent/status"],"datastores":[{"name":"*"}]}]}""")]
    [InlineData("broken")]
    [InlineData(null)]
    public void A_right_that_is_withdrawn_during_a_long_copy_lets_the_copy_end_and_refuses_what_comes_next(string? policy)
    {
        string copy = BeginLongCopy();
        if (policy is null)
        {
            File.Delete(Policy);
        }
        else
        {
            _world.Host.SetPolicy(policy);
        }

        Eventually.Holds("the new policy is in force", () => _guest.Call("volume/get", """{"name":"source"}""").ErrorKind == "AccessDenied");
        Assert.True(_world.Agent.HasDiskToolRunning(), "the copy should still run when the right is gone");
        _guest.Change("copy", "copy", ",\"source\":{\"name\":\"source\"}", CopyId).MustFail("AccessDenied", -32010);
        _guest.Create("next", MiB).MustFail("AccessDenied", -32010);

        Assert.Equal("copy@datastore1", _guest.ReceiveAnswer(copy, TimeSpan.FromSeconds(60)).Result!.Text("id"));
        _guest.Call("volume/list").MustFail("AccessDenied", -32010);
        MustBeWhole("copy", "source");
    }

    [Fact]
    public void A_quota_that_shrinks_during_a_long_copy_lets_the_copy_end_and_refuses_what_comes_next()
    {
        string before = Told("digest");
        string copy = BeginLongCopy();
        using WireConnection other = _world.Guest(1);
        _world.Host.SetPolicy(All.Replace("67108864", "1048576", StringComparison.Ordinal));
        Eventually.Holds("the new quota is in force", () => other.Call("agent/status").Result!["policy"]!.Text("digest") != before);
        other.Create("next", MiB).MustFail("QuotaExceeded", -32024);
        Assert.True(_world.Agent.HasDiskToolRunning(), "the copy should still run when the quota has shrunk");

        Assert.Equal("copy@datastore1", _guest.ReceiveAnswer(copy, TimeSpan.FromSeconds(60)).Result!.Text("id"));
        _guest.Create("next", MiB).MustFail("QuotaExceeded", -32024);
        Assert.Equal("copy@datastore1", _guest.Change("copy", "copy", ",\"source\":{\"name\":\"source\"}", CopyId).Result!.Text("id"));
        MustBeWhole("copy", "source");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _guest.Dispose();
        _world.Dispose();
    }

    private const string CopyId = "c0c0c0c0-1111-2222-3333-444444444444";

    /// <summary>Begins a copy that takes some seconds.</summary>
    private string BeginLongCopy()
    {
        Assert.NotNull(_guest.Create("source", 16 * MiB, ",\"format\":\"eagerZeroedThick\"").Result);
        _world.Host.SetDiskSpeed(3 * MiB);
        string copy = _guest.StartCall("volume/copy", VolumeGuest.Parameters("copy", ",\"source\":{\"name\":\"source\"}", CopyId));
        Eventually.Holds("the copy runs", () => _world.Agent.HasDiskToolRunning());
        return copy;
    }

    /// <summary>Looks with the old policy: the volumes are there and sound, and nothing is left beside them.</summary>
    private void MustBeWhole(params string[] names)
    {
        Assert.Empty(_world.Host.StagedOn("datastore1"));
        _world.Host.SetPolicy(All);
        Eventually.Holds("the old policy is in force again", () => _guest.Call("volume/list").ErrorKind is null);
        JsonNode[] volumes = _guest.Volumes();
        Assert.Equal(names, volumes.Select(volume => volume.Text("name")));
        Assert.All(volumes, volume => Assert.Equal("ok", volume.Text("state")));
        Assert.All(names, name => Assert.Empty(_guest.Call("volume/check", $$"""{"name":"{{name}}"}""").Result!["findings"]!.AsArray()));
    }

    private string Told(string member) => _guest.Call("agent/status").Result!["policy"]!.Text(member);

    private void MustBe(string state, string? reason, params string[] allowed)
    {
        Eventually.Holds(
            $"the policy is {state} ({reason}) and allows {allowed.Length} methods",
            () => Told("state") == state && Told("reason").Contains(reason ?? string.Empty, StringComparison.Ordinal) && Allowed().SequenceEqual(allowed),
            TimeSpan.FromSeconds(20));
        Assert.Equal(reason is null, Told("reason").Length == 0);
    }

    private string[] Allowed() =>
    [
        .. from row in AgentTable.Guarded
           let call = KnownCalls.All.First(call => call.Method == row.Name)
           let parameters = KnownCalls.Fill(call.Parameters, ("{name}", "nothing"), ("{datastore}", "datastore1"), ("{node}", "/hardware/cpu/cpuModelName"))
           where _guest.Call(call.Method, parameters).ErrorKind != "AccessDenied" && IsNoLeftover(row)
           select row.Name,
    ];

    /// <summary>A volume that was made by asking is removed again, else the next look finds another world.</summary>
    private bool IsNoLeftover(Method row)
    {
        string made = Path.Combine(_world.Host.GroupOn("datastore1"), "nothing");
        if (row.Name == "volume/create" && Directory.Exists(made))
        {
            Directory.Delete(made, recursive: true);
        }

        return true;
    }
}
