using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Tests.Agent;
using StreamJsonRpc;
using Xunit;

namespace EsxAgent.Tests.Interop;

/// <summary>StreamJsonRpc, unmodified, as a client of the agent: over its header framing, with each of its two JSON libraries.</summary>
public sealed class StreamJsonRpcTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private const string Listing = "*storage filesystem list*";

    public static TheoryData<JsonLibrary> Libraries => StreamJsonRpcGuest.Libraries;

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task It_connects_makes_the_handshake_and_pings(JsonLibrary library)
    {
        using StreamJsonRpcGuest guest = await StreamJsonRpcGuest.ConnectAsync(shared.World.Socket(), library);
        Assert.Equal(1, guest.Session["protocolVersion"]!.GetValue<int>());
        Assert.Equal("esxagent", guest.Session["agentInfo"]!["name"]!.GetValue<string>());
        Assert.Equal(shared.World.Machine().BiosUuid, guest.Session["peer"]!["biosUuid"]!.GetValue<string>());
        Assert.Equal("{}", (await guest.AskAsync("$/ping"))!.ToJsonString());
        Assert.Equal("{}", (await guest.AskAsync("$/ping", new { payload = "é€𝄞" }))!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Host_info_has_the_values_that_a_plain_client_gets(JsonLibrary library)
    {
        using WireConnection plain = shared.World.Guest();
        using StreamJsonRpcGuest guest = await StreamJsonRpcGuest.ConnectAsync(shared.World.Socket(), library);
        JsonObject expected = plain.Call("host/info").Result!.AsObject();
        JsonObject actual = (await guest.AskAsync("host/info"))!.AsObject();
        long passed = Take(actual, "uptimeSeconds") - Take(expected, "uptimeSeconds");
        Assert.InRange(passed, 0, (long)Eventually.Patience.TotalSeconds);
        Assert.True(JsonNode.DeepEquals(expected, actual), $"The plain client got {expected}, this came: {actual}");
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task An_error_comes_through_with_its_data(JsonLibrary library)
    {
        using World world = World.Start(prepare: host => host.SetFaults(
            HostFault.Fails("esxcli", 1, "Cannot reach hostd.", Listing), HostFault.Fails("localcli", 1, "Nor here.", Listing)));
        using StreamJsonRpcGuest guest = await StreamJsonRpcGuest.ConnectAsync(world.Socket(), library);
        RemoteInvocationException failure = await Assert.ThrowsAsync<RemoteInvocationException>(() => guest.AskAsync("host/datastores"));
        Assert.Equal(-32030, failure.ErrorCode);
        Assert.Equal("The host's tool 'esxcli' failed with status 1.", failure.Message);
        Assert.Equal(new AgentErrorData("ToolFailed", "INTERNAL", false, null, 1, "Cannot reach hostd."), failure.DeserializedErrorData);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task A_method_that_the_agent_lacks_is_its_own_exception(JsonLibrary library)
    {
        using StreamJsonRpcGuest guest = await StreamJsonRpcGuest.ConnectAsync(shared.World.Socket(), library);
        RemoteMethodNotFoundException failure = await Assert.ThrowsAsync<RemoteMethodNotFoundException>(() => guest.AskAsync("no/such/method"));
        Assert.Equal("MethodNotFound", Assert.IsType<AgentErrorData>(failure.DeserializedErrorData).kind);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task A_cancelled_request_ends_as_cancelled_and_its_tool_is_stopped(JsonLibrary library)
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.Hangs("esxcli", Listing)));
        using StreamJsonRpcGuest guest = await StreamJsonRpcGuest.ConnectAsync(world.Socket(), library);
        using var cancellation = new CancellationTokenSource();
        Task<JsonNode?> listing = guest.AskAsync("host/datastores", cancellation: cancellation.Token);
        Eventually.Holds("the tool runs", () => world.Agent.Footprint.Children == 1);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listing);
        Eventually.Holds("the tool is stopped", () => world.Agent.Footprint.Children == 0);
        Assert.Equal("{}", (await guest.AskAsync("$/ping"))!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Requests_may_be_answered_in_another_order(JsonLibrary library)
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.Hangs("esxcli", Listing)));
        using StreamJsonRpcGuest guest = await StreamJsonRpcGuest.ConnectAsync(world.Socket(), library);
        Task<JsonNode?> first = guest.AskAsync("host/datastores");
        Eventually.Holds("the tool runs", () => world.Agent.Footprint.Children == 1);
        JsonNode?[] later = await Task.WhenAll(guest.AskAsync("vm/self"), guest.AskAsync("host/info"), guest.AskAsync("$/ping"));
        Assert.Equal("web01", later[0]!["name"]!.GetValue<string>());
        Assert.Equal("8.0.3", later[1]!["version"]!.GetValue<string>());
        Assert.Equal("{}", later[2]!.ToJsonString());
        Assert.False(first.IsCompleted, "The request whose tool hangs was answered before its tool ended.");

        // Without esxcli the agent asks localcli, which does not hang.
        Signals.End(Assert.Single(ProcessFootprint.ChildrenOf(world.Agent.Id)));
        Assert.Equal(["datastore1", "ssd1"], Names((await first)!));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Partial_results_arrive_as_progress_in_their_order(JsonLibrary library)
    {
        using World world = World.Start(datastores: ["a=10GB", "b=20GB", "c=30GB:NFS", "d=40GB"]);
        using StreamJsonRpcGuest guest = await StreamJsonRpcGuest.ConnectAsync(world.Socket(), library);
        string[] expected = Names((await guest.AskAsync("host/datastores"))!);
        var received = new BatchReceiver();
        JsonNode rest = (await guest.AskAsync("host/datastores", new { partialResultToken = (IProgress<Batch>)received }))!;
        Eventually.Holds("all datastores arrive", () => received.Names.Count == expected.Length);
        Assert.Equal(expected, received.Names);
        Assert.Equal("""{"items":[],"nextCursor":null}""", rest.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Shutdown_and_exit_end_the_session(JsonLibrary library)
    {
        using StreamJsonRpcGuest guest = await StreamJsonRpcGuest.ConnectAsync(shared.World.Socket(), library);
        Assert.Null(await guest.AskAsync("shutdown"));
        await guest.NotifyAsync("exit");
        await guest.Completion;
    }

    private static long Take(JsonObject answer, string member)
    {
        long value = answer[member]!.GetValue<long>();
        answer.Remove(member);
        return value;
    }

    private static string[] Names(JsonNode list) => [.. list["items"]!.AsArray().Select(item => item!["name"]!.GetValue<string>())];

    /// <summary>Takes each batch on the spot, as <see cref="Progress{T}"/> would not.</summary>
    private sealed class BatchReceiver : IProgress<Batch>
    {
        public ConcurrentQueue<string> Names { get; } = new();

        public void Report(Batch value)
        {
            foreach (Item item in value.items)
            {
                Names.Enqueue(item.name);
            }
        }
    }

    // Named as on the wire: the two libraries have no attribute for that in common.
#pragma warning disable IDE1006, CA1819
    public sealed record Batch(Item[] items, string? nextCursor);

    public sealed record Item(string name);
#pragma warning restore IDE1006, CA1819
}
