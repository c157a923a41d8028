using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>The guest's session reads the vsish tree of a real agent.</summary>
public sealed class VsiClientTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_leaf_is_read_with_its_types()
    {
        await using AgentSession session = await ConnectAsync();

        VsiLeaf leaf = await session.GetVsiAsync("/memory/comprehensive", Token);

        VsiStructValue value = Assert.IsType<VsiStructValue>(leaf.Value);
        Assert.StartsWith("Comprehensive {\n", leaf.Text, StringComparison.Ordinal);
        Assert.Equal("Physical memory estimate", value.Members[0].Name);
        Assert.Equal("KB", Assert.IsType<VsiQuantityValue>(value.Members[0].Value).Unit);
    }

    [Fact]
    public async Task A_directory_is_listed_and_walked()
    {
        await using AgentSession session = await ConnectAsync();

        List<VsiChild> children = await ToListAsync(session.ListVsiAsync("/power", Token));
        List<VsiTreeNode> nodes = await ToListAsync(session.WalkVsiAsync("/power", leaves: true, cancellationToken: Token));

        Assert.Equal([new VsiChild("currentPolicy", false), new VsiChild("hardwareSupport", false), new VsiChild("pstates", false)], children);
        Assert.Equal(["/power", "/power/currentPolicy", "/power/hardwareSupport", "/power/pstates"], nodes.Select(static node => node.Path));
        Assert.IsType<VsiArrayValue>(nodes[3].Value);
        Assert.True(nodes[0] is { IsDirectory: true, Text: null, Value: null, Error: null });
    }

    [Fact]
    public async Task A_node_that_cannot_be_read_says_why()
    {
        await using AgentSession session = await ConnectAsync();

        List<VsiTreeNode> nodes = await ToListAsync(session.WalkVsiAsync("/hardware/ipmi", leaves: true, cancellationToken: Token));
        VsiTreeNode node = nodes.Single(static node => !node.IsDirectory);
        AgentException alone = await Assert.ThrowsAsync<AgentException>(() => session.GetVsiAsync("/hardware/ipmi/fru/1", Token));

        Assert.Equal((ErrorKind.ToolFailed.Name, alone.Error.Message, alone.Error.ToolError), (node.Error!.Kind, node.Error.Message, node.Error.ToolError));
    }

    [Fact]
    public async Task A_leaf_is_watched_until_the_caller_leaves()
    {
        await using AgentSession session = await ConnectAsync();

        await foreach (VsiSample sample in session.WatchVsiAsync(["/hardware/cpu/threadCount"], TimeSpan.FromMilliseconds(100), Token))
        {
            Assert.Equal(new VsiIntegerValue(32), sample.Value);
            Assert.Equal(DateTimeKind.Utc, sample.Time!.Value.Kind);
            break;
        }

        Eventually.Holds("the host stops to sample", () => session.GetStatusAsync(Token).Result.Counters!.RunningRequests == 0);
    }

    private Task<AgentSession> ConnectAsync() => AgentSession.ConnectAsync(Endpoint.Parse("unix:" + shared.World.Socket()), cancellationToken: Token);

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (T item in items)
        {
            list.Add(item);
        }

        return list;
    }
}
