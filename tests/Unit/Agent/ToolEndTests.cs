using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>Tools that run when nobody wants them any more: cancelled, deserted, or left by an agent that ends.</summary>
public sealed class ToolEndTests
{
    private const string HangScript = "exec sleep 100";

    [Theory]
    [InlineData(HangScript)]
    [InlineData("exec >&- 2>&-; exec sleep 100")]
    [InlineData("sleep 100 & sleep 100 & wait")]
    [InlineData("sleep 100 & exit 0")]
    [InlineData("trap '' TERM INT HUP; while :; do sleep 1; done")]
    [InlineData("setsid sleep 4 & sleep 100")]
    public void A_cancelled_request_is_answered_and_its_tool_killed_within_200_ms(string script)
    {
        using World world = World.Start(prepare: host => host.ScriptDatastores(script));
        using WireConnection guest = world.Guest();

        // The fastest of a few: what else the machine does must not count.
        TimeSpan fastest = Enumerable.Range(0, 5).Min(_ =>
        {
            string id = StartAndAwaitTool(world, guest);
            long started = Stopwatch.GetTimestamp();
            guest.SendFrame(Frame.Notification("$/cancelRequest", $$"""{"id":{{id}}}"""));
            guest.ReceiveAnswer(id).MustFail("RequestCancelled", -32800, id);
            TimeSpan took = Stopwatch.GetElapsedTime(started);
            Assert.Empty(ProcessFootprint.ChildrenOf(world.Agent.Id));
            return took;
        });
        Assert.InRange(fastest, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
        if (!script.Contains("setsid", StringComparison.Ordinal))
        {
            MustBeAlone(world);
        }
    }

    [Fact]
    public void A_cancelled_request_of_another_session_is_not_meant()
    {
        using World world = World.Start(prepare: host => host.ScriptDatastores(HangScript));
        using WireConnection guest = world.Guest();
        using WireConnection other = world.Guest(1);
        string id = StartAndAwaitTool(world, guest);
        other.SendFrame(Frame.Notification("$/cancelRequest", $$"""{"id":{{id}}}"""));
        Assert.Equal("{}", other.Call("$/ping").Result!.ToJsonString());
        Assert.True(guest.IsSilentFor(TimeSpan.FromMilliseconds(300)), "The request was ended by a session that does not own it.");
        Assert.Single(ProcessFootprint.ChildrenOf(world.Agent.Id));
    }

    [Theory]
    [InlineData("timeoutMs")]
    [InlineData("cancel")]
    public void A_request_that_waits_for_its_turn_is_answered_in_time_too(string how)
    {
        const int Workers = 8;
        using World world = World.Start(prepare: host => host.ScriptDatastores(HangScript));
        using WireConnection first = world.Guest();
        using WireConnection second = world.Guest(1);
        for (int i = 0; i < Workers; i++)
        {
            (i % 2 == 0 ? first : second).StartCall("host/datastores");
        }

        Eventually.Holds("every worker of the VM waits for a tool", () => ProcessFootprint.ChildrenOf(world.Agent.Id).Count == Workers);
        long started = Stopwatch.GetTimestamp();
        string id = first.StartCall("host/datastores", how == "timeoutMs" ? """{"timeoutMs":300}""" : null);
        if (how == "cancel")
        {
            first.SendFrame(Frame.Notification("$/cancelRequest", $$"""{"id":{{id}}}"""));
        }

        WireMessage answer = first.ReceiveAnswer(id);
        Assert.Equal(how == "cancel" ? "RequestCancelled" : "DeadlineExceeded", answer.ErrorKind);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_connection_that_ends_takes_its_tools_with_it(bool isHalfClosed)
    {
        using World world = World.Start(prepare: host => host.ScriptDatastores("sleep 100 & exec sleep 100"));
        using Bystander other = world.WatchFromAside();
        WireConnection guest = world.Guest();
        for (int i = 0; i < 5; i++)
        {
            guest.StartCall("host/datastores");
        }

        Eventually.Holds("the tools run", () => ProcessFootprint.ChildrenOf(world.Agent.Id).Count == 5);
        if (isHalfClosed)
        {
            guest.EndSending();
        }
        else
        {
            guest.Dispose();
        }

        Eventually.Holds("the tools are gone", () => IsAlone(world), TimeSpan.FromSeconds(5));
        guest.Dispose();
        other.MustHaveNoticedNothing();
    }

    [Fact]
    public void An_agent_that_is_told_to_end_lets_running_tools_finish_and_takes_nothing_new()
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.IsSlow("esxcli", 2_000, "*filesystem*")));
        using WireConnection guest = world.Guest();
        string id = StartAndAwaitTool(world, guest);
        world.Agent.Terminate();
        Eventually.Holds("the agent stops listening", () => !File.Exists(world.Socket()));
        Assert.Throws<SocketException>(() => world.Connect());
        guest.Call("$/ping").MustFail("ShuttingDown", -32041);
        Assert.Equal(2, guest.ReceiveAnswer(id).Result!["items"]!.AsArray().Count);
        guest.MustEnd();
        Assert.Equal(0, world.Agent.Wait());
        MustBeAlone(world);
    }

    [Fact]
    public void An_agent_that_is_told_to_end_keeps_to_the_time_of_its_requests()
    {
        using World world = World.Start(prepare: host => host.ScriptDatastores(HangScript));
        using WireConnection guest = world.Guest();
        string id = guest.StartCall("host/datastores", """{"timeoutMs":1500}""");
        Eventually.Holds("the tool runs", () => ProcessFootprint.ChildrenOf(world.Agent.Id).Count == 1);
        world.Agent.Terminate();
        guest.ReceiveAnswer(id).MustFail("DeadlineExceeded", -32001);
        guest.MustEnd();
        Assert.Equal(0, world.Agent.Wait());
    }

    [Fact]
    public void An_agent_that_is_told_to_end_waits_20_seconds_and_leaves_no_tool()
    {
        using World world = World.Start(prepare: host => host.ScriptDatastores("sleep 100 & exec sleep 100"));
        using WireConnection guest = world.Guest();
        guest.StartCall("host/datastores", """{"timeoutMs":100000}""");
        guest.StartCall("host/datastores", """{"timeoutMs":100000}""");
        Eventually.Holds("the tools run", () => ProcessFootprint.ChildrenOf(world.Agent.Id).Count == 2);
        long started = Stopwatch.GetTimestamp();
        Assert.Equal(0, world.Agent.Stop(TimeSpan.FromSeconds(40)));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(35));
        MustBeAlone(world);
    }

    [Fact]
    public void A_tool_that_never_ends_is_stopped_after_its_own_time_too()
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.Hangs("esxcli", "*filesystem*")));
        using WireConnection guest = world.Guest();
        WireMessage answer = guest.Call("host/datastores", """{"timeoutMs":60000}""", TimeSpan.FromSeconds(45)).MustFail("ToolTimeout", -32031);
        Assert.Contains("'esxcli' did not end within 30 s", answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HangScript)]
    [InlineData("exec >&- 2>&-; exec sleep 100")]
    [InlineData("sleep 100 & exec sleep 100")]
    [InlineData("sleep 100 & exit 0")]
    [InlineData("trap '' TERM INT HUP PIPE IO; while :; do sleep 1; done")]
    [InlineData("exec cat /dev/zero >&2")]
    public void An_agent_that_is_killed_leaves_no_endless_tool(string script)
    {
        using SimulatedHost host = SimulatedHost.Make();
        host.ScriptDatastores(script);
        string socket = Path.Combine(host.Directory, "s");
        using AgentProcess agent = AgentProcess.Serve(host, [$"unix:{socket}"]);
        using WireConnection guest = WireConnection.OpenSession(socket);
        guest.StartCall("host/datastores");
        guest.StartCall("host/datastores");
        Eventually.Holds("the tools run", () => ProcessFootprint.ChildrenOf(agent.Id).Count == 2);

        // Alone, and not with its tools as a test does otherwise.
        Signals.End(agent.Id);
        guest.MustEnd();
        Eventually.Holds("nothing of it runs any more", () => ProcessFootprint.RunningIn(host.Directory).Count == 0, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void What_a_tool_inherits_is_three_streams_and_its_lifeline()
    {
        using SimulatedHost host = SimulatedHost.Make();
        host.ScriptDatastores(HangScript);
        string socket = Path.Combine(host.Directory, "s");
        using AgentProcess agent = AgentProcess.ServeThrough(["/bin/sh", "-c", "exec \"$@\" 7</dev/zero", "sh"], host, [$"unix:{socket}"]);
        using WireConnection guest = WireConnection.OpenSession(socket);
        for (int i = 0; i < 16; i++)
        {
            guest.StartCall("host/datastores");
        }

        Eventually.Holds("the tools hang", () => ProcessFootprint.ChildrenOf(agent.Id).Count(IsSleeping) == 8);
        foreach (int tool in ProcessFootprint.ChildrenOf(agent.Id))
        {
            string[] descriptors =
                [.. Directory.GetFileSystemEntries($"/proc/{tool}/fd").Order().Select(entry => $"{Path.GetFileName(entry)} {new FileInfo(entry).LinkTarget}")];
            Assert.Equal(["0 /dev/null", "1 pipe", "2 pipe", "3 pipe"], descriptors.Select(text => text.Split(':')[0]));
            Assert.Equal(3, descriptors.Skip(1).Select(text => text[2..]).Distinct().Count());
        }
    }

    private static bool IsSleeping(int process) => ProcessFootprint.CommandOf(process).StartsWith("sleep", StringComparison.Ordinal);

    private static string StartAndAwaitTool(World world, WireConnection guest)
    {
        string id = guest.StartCall("host/datastores");
        Eventually.Holds("the tool runs", () => ProcessFootprint.ChildrenOf(world.Agent.Id).Count == 1);
        return id;
    }

    private static bool IsAlone(World world) => ProcessFootprint.RunningIn(world.Host.Directory).All(id => id == world.Agent.Id);

    private static void MustBeAlone(World world) => Eventually.Holds("no tool is left", () => IsAlone(world), TimeSpan.FromSeconds(2));
}
