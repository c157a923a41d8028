using System;
using System.Linq;
using System.Text.Json.Nodes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>Tools that fail: a typed error for the guest where the answer stands and falls with the tool, else the rest of the answer and a warning.</summary>
public sealed class ToolFailureTests
{
    private const string Summary = "system hostname get";

    /// <summary>A node of <c>host/info</c> that is asked in the middle, with its members.</summary>
    private const string Node = "/hardware/cpu/cpuInfo";

    private static readonly string[] s_membersOfNode = ["cpuPackages", "cpuCores", "cpuThreads", "hyperthreading"];

    public static TheoryData<string> Misbehaviours => [.. ToolMisbehaviour.All.Keys];

    [Theory]
    [MemberData(nameof(Misbehaviours))]
    public void A_guest_is_told_what_the_tool_behind_its_request_did(string what)
    {
        ToolMisbehaviour misbehaviour = ToolMisbehaviour.All[what];
        using World world = World.Start(prepare: misbehaviour.Impose);
        using Bystander other = world.WatchFromAside();
        using WireConnection guest = world.Guest();
        misbehaviour.MustShow(guest);
        other.MustHaveNoticedNothing();
    }

    [Fact]
    public void A_tool_that_prints_100_MB_is_stopped_and_nothing_of_it_is_kept()
    {
        const long HundredMB = 100 << 20;
        const long MiB = 1 << 20;
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.Floods("*", HundredMB, "*filesystem*")));
        using Bystander other = world.WatchFromAside();
        using WireConnection guest = world.Guest();
        for (int i = 0; i < 3; i++)
        {
            WireMessage answer = guest.Call("host/datastores").MustFail("ToolFailed", -32030);
            Assert.Contains("printed more than 8 MiB", answer.ErrorMessage, StringComparison.Ordinal);
        }

        Assert.InRange(ProcessFootprint.ResidentBytesOf(world.Agent.Id), 1, 40 * MiB);
        other.MustHaveNoticedNothing();
    }

    [Fact]
    public void What_a_tool_complained_of_last_is_told_however_long_it_complained()
    {
        using World world = World.Start(prepare: host => host.ScriptDatastores(
            "head -c 300000 /dev/zero | tr '\\0' x >&2; echo >&2; for i in 1 2 3 4 5 6; do echo \"reason $i\" >&2; done; exit 1"));
        using WireConnection guest = world.Guest();
        JsonNode data = guest.Call("host/datastores").MustFail("ToolFailed", -32030).Json["error"]!["data"]!;
        Assert.Equal("reason 2\nreason 3\nreason 4\nreason 5\nreason 6", data["toolError"]!.GetValue<string>());
    }

    [Fact]
    public void Where_esxcli_fails_localcli_is_asked()
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.Fails("esxcli", 1, "Connect to localhost failed")));
        using WireConnection guest = world.Guest();
        Assert.Equal(2, guest.Call("host/datastores").Result!["items"]!.AsArray().Count);
    }

    [Fact]
    public void Where_both_fail_what_esxcli_said_is_told()
    {
        using World world = World.Start(prepare: host => host.SetFaults(
            HostFault.Fails("esxcli", 4, "Connect to localhost failed"), HostFault.Fails("localcli", 5, "Something else")));
        using WireConnection guest = world.Guest();
        JsonNode data = guest.Call("host/datastores").MustFail("ToolFailed", -32030).Json["error"]!["data"]!;
        Assert.Equal("Connect to localhost failed", data["toolError"]!.GetValue<string>());
        Assert.Equal(4, data["toolExitCode"]!.GetValue<int>());
    }

    [Fact]
    public void A_request_whose_time_runs_out_in_the_second_tool_says_so()
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.Fails("esxcli", 1, "no"), HostFault.Hangs("localcli")));
        using WireConnection guest = world.Guest();
        guest.Call("host/datastores", """{"timeoutMs":1000}""").MustFail("DeadlineExceeded", -32001);
    }

    [Fact]
    public void A_datastore_whose_exact_sizes_hang_costs_neither_the_list_nor_the_other_ones()
    {
        using World world = World.Start(datastores: ["a=1GB", "b=2GB", "c=3GB"], prepare: host => host.SetFaults(HostFault.Hangs("vmkfstools").AtCall(2)));
        using WireConnection guest = world.Guest();
        JsonArray items = guest.Call("host/datastores", """{"timeoutMs":4000}""").Result!["items"]!.AsArray();
        Assert.Equal(["a", "b", "c"], items.Select(item => item!["name"]!.GetValue<string>()));
        Assert.All(items, item => Assert.NotNull(item!["capacityBytes"]));
    }

    public static TheoryData<string, string> FaultsOfNode => new()
    {
        { "fails", "VSISHCmdGetInt():Get failed: Busy" },
        { "dies", "was ended by signal 9" },
        { "garbage", "nothing in it was understood" },
        { "flood", "printed more than 8 MiB" },
        { "hangs", "did not end within" },
        { "nothing", "nothing in it was understood" },
    };

    [Theory]
    [MemberData(nameof(FaultsOfNode))]
    public void A_source_of_the_facts_that_goes_wrong_costs_its_own_members_and_one_warning(string fault, string says)
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        JsonObject before = guest.Call("host/info").Result!.AsObject();
        Assert.Empty(before["warnings"]!.AsArray());
        world.Host.SetFaults(FaultOf(fault, "vsish", $"-e get {Node}"));

        JsonObject after = guest.Call("host/info", """{"refresh":true,"timeoutMs":6000}""").Result!.AsObject();
        HostInfoAnswer.MustLack(after, before, s_membersOfNode);
        string warning = Assert.Single(after["warnings"]!.AsArray())!.GetValue<string>();
        Assert.StartsWith($"vsish {Node}: ", warning, StringComparison.Ordinal);
        Assert.Contains(says, warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vsish_that_never_answers_costs_its_own_members_alone()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        JsonObject before = guest.Call("host/info").Result!.AsObject();
        world.Host.SetFaults(HostFault.Hangs("vsish"));

        JsonObject after = guest.Call("host/info", """{"refresh":true,"timeoutMs":20000}""", TimeSpan.FromSeconds(25)).Result!.AsObject();
        HostInfoAnswer.MustLack(after, before, [.. HostInfoAnswer.MembersOf("vsish")]);
        Assert.Equal(8, after["warnings"]!.AsArray().Count);
    }

    [Fact]
    public void A_host_without_any_tool_but_vsish_says_what_is_missing()
    {
        using World world = World.Start(prepare: host =>
        {
            foreach (string tool in new[] { "vmware", "esxcli", "localcli", "vmkfstools" })
            {
                host.RemoveTool(tool);
            }
        });
        using WireConnection guest = world.Guest();
        JsonObject info = guest.Call("host/info").Result!.AsObject();
        Assert.Null(info["version"]);
        Assert.Equal("Dell Inc.", info["vendor"]!.GetValue<string>());
        Assert.Equal(4, info["warnings"]!.AsArray().Count);
        guest.Call("host/datastores").MustFail("CapabilityMissing", -32026);
    }

    [Theory]
    [InlineData("hangs")]
    [InlineData("fails")]
    [InlineData("dies")]
    [InlineData("garbage")]
    [InlineData("flood")]
    public void A_guest_whose_identity_cannot_be_asked_is_told_so_and_sent_away(string fault)
    {
        using World world = World.Start();
        world.Host.SetFaults(FaultOf(fault, "vsish", "*vmmLeader"));
        using WireConnection guest = world.Connect();
        WireMessage answer = guest.Call("initialize", """{"protocolVersions":[1],"timeoutMs":1500}""");
        if (fault == "hangs")
        {
            // No tool said anything: that is a matter of time, and the guest may try again.
            answer.MustFail("DeadlineExceeded", -32001);
            return;
        }

        answer.MustFail("PeerUnidentified", -32011);
        guest.MustEnd();
    }

    [Theory]
    [InlineData("vsish", "*/memory/comprehensive")]
    [InlineData("vsish", "*/hardware/cpu/*")]
    [InlineData("esxcli", "*maintenanceMode*")]
    public void A_new_connection_is_quick_though_a_source_that_it_does_not_need_hangs(string tool, string arguments)
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.Hangs(tool, arguments)));
        using WireConnection asking = world.Guest();
        string waiting = asking.StartCall("host/info");
        Eventually.Holds("the source is being asked", () => ProcessFootprint.RunningIn(world.Host.Directory).Any(
            id => ProcessFootprint.CommandOf(id).Contains(arguments.Trim('*'), StringComparison.Ordinal)));

        long started = Environment.TickCount64;
        using WireConnection other = world.Connect(1);
        JsonNode host = other.Initialize().Result!["host"]!;
        Assert.InRange(Environment.TickCount64 - started, 0, 3_000);
        Assert.Equal("8.0.3", host["version"]!.GetValue<string>());
        Assert.Equal("esx01.lab.example", host["hostName"]!.GetValue<string>());
        Assert.NotNull(host["uuid"]);
        Assert.NotEmpty(asking.ReceiveAnswer(waiting).Result!["warnings"]!.AsArray());
    }

    [Fact]
    public void A_new_connection_is_made_though_no_tool_answers_but_for_the_identity()
    {
        using World world = World.Start(prepare: host =>
            host.SetFaults(HostFault.Hangs("vmware"), HostFault.Hangs("esxcli"), HostFault.Hangs("localcli"), HostFault.Hangs("vsish", "*/hardware/*")));
        using WireConnection guest = world.Connect();
        long started = Environment.TickCount64;
        Assert.Null(guest.Initialize().Result!["host"]!["version"]);

        // What a client waits for a connection by itself.
        Assert.InRange(Environment.TickCount64 - started, 0, 9_000);
    }

    [Fact]
    public void A_new_connection_goes_without_what_its_host_cannot_tell()
    {
        using World world = World.Start(prepare: host => host.SetFaults(
            HostFault.Fails("esxcli", 1, "no", $"*{Summary}"), HostFault.Fails("localcli", 1, "no", $"*{Summary}"), HostFault.Fails("vmware", 1, "no")));
        using WireConnection guest = world.Connect();
        JsonNode host = guest.Initialize().Result!["host"]!;
        Assert.Null(host["hostName"]);
        Assert.Null(host["version"]);
        Assert.NotNull(host["uuid"]);
    }

    private static HostFault FaultOf(string fault, string tool, string arguments) => fault switch
    {
        "fails" => HostFault.Fails(tool, 7, "VSISHCmdGetInt():Get failed: Busy", arguments),
        "dies" => HostFault.DiesBySignal(tool, 9, arguments),
        "garbage" => HostFault.PrintsGarbage(tool, arguments),
        "flood" => HostFault.Floods(tool, 20 << 20, arguments),
        "hangs" => HostFault.Hangs(tool, arguments),
        "nothing" => HostFault.Prints(tool, [], arguments),
        _ => throw new ArgumentException($"There is no fault '{fault}'.", nameof(fault)),
    };
}
