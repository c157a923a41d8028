using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>What the cmdlets ask of a session about vsish, on a real agent.</summary>
public sealed class VsiNodeTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private const string Threads = "/hardware/cpu/threadCount";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_is_read_whatever_it_is()
    {
        await using AgentSession session = await ConnectAsync();

        VsiTreeNode leaf = await session.GetVsiNodeAsync(Threads, Token);
        VsiTreeNode directory = await session.GetVsiNodeAsync("/hardware/cpu", Token);
        VsiTreeNode root = await session.GetVsiNodeAsync("/", Token);

        Assert.Equal(new VsiTreeNode { Path = Threads, Text = "32\n", Value = new VsiIntegerValue(32) }, leaf);
        Assert.Equal(new VsiTreeNode { Path = "/hardware/cpu", IsDirectory = true }, directory);
        Assert.Equal(new VsiTreeNode { Path = "/", IsDirectory = true }, root);
    }

    [Theory]
    [InlineData("/nope", "VsiNodeNotFound")]
    [InlineData("/world/2098420", "VsiNodeNotFound")]
    [InlineData("/hardware/ipmi/fru/1", "ToolFailed")]
    [InlineData("/a b", "InvalidParams")]
    public async Task A_node_that_cannot_be_read_is_the_error_of_the_leaf(string path, string kind)
    {
        await using AgentSession session = await ConnectAsync();

        AgentException error = await Assert.ThrowsAsync<AgentException>(() => session.GetVsiNodeAsync(path, Token));

        Assert.Equal(kind, error.Kind.Name);
        Assert.True(kind == "InvalidParams" || error.Error.Target == path, $"The error is about '{error.Error.Target}'.");
    }

    [Fact]
    public async Task A_walk_that_comes_in_parts_is_the_walk_as_a_whole()
    {
        await using AgentSession session = await ConnectAsync();
        var parameters = new VsiWalkParams { Path = "/", Leaves = true, MaxBytes = 700 };

        List<VsiTreeNode> whole = await ToListAsync(session.BrowseVsiAsync("/", null, leaves: true, Token));
        List<VsiTreeNode> parts = await ToListAsync(session.StreamAsync(RpcMethods.VsiWalk, parameters, null, Token));

        Assert.True(whole.Count > 150, $"The walk has {whole.Count} nodes.");
        Assert.Equal(whole.Select(Said), parts.Select(Said));
    }

    [Fact]
    public async Task More_walks_than_a_VM_may_have_wait_for_each_other()
    {
        await using AgentSession session = await ConnectAsync();

        IEnumerable<Task<List<VsiTreeNode>>> all = Enumerable.Range(0, 8).Select(_ => ToListAsync(session.BrowseVsiAsync("/net", null, leaves: true, Token)));
        List<VsiTreeNode>[] walks = await Task.WhenAll(all);

        Assert.All(walks, walk => Assert.Equal(walks[0].Select(Said), walk.Select(Said)));
    }

    [Fact]
    public async Task Leaves_of_several_hosts_are_watched_at_a_time()
    {
        await using AgentSession one = await ConnectAsync();
        await using AgentSession two = await ConnectAsync(1);
        (AgentSession, IReadOnlyList<string>)[] sources = [(one, [Threads, "/vmkModules/vmfs3/version"]), (two, [Threads])];

        List<VsiWatcher.Event> events = await ToListAsync(VsiWatcher.WatchAsync(sources, TimeSpan.FromMinutes(1), looks: 1, Token));

        Assert.Equal([(0, Threads), (0, "/vmkModules/vmfs3/version"), (1, Threads)], events.Select(static one => (one.Source, one.Sample!.Path!)).Order());
    }

    [Fact]
    public async Task A_host_that_cannot_be_watched_does_not_end_the_others()
    {
        await using AgentSession one = await ConnectAsync();
        await using AgentSession two = await ConnectAsync(1);
        (AgentSession, IReadOnlyList<string>)[] sources = [(one, ["/no path"]), (two, [Threads])];

        List<VsiWatcher.Event> events = await ToListAsync(VsiWatcher.WatchAsync(sources, TimeSpan.FromSeconds(0.1), looks: 3, Token));

        Assert.Equal(ErrorKind.InvalidParams, Assert.IsType<AgentException>(Assert.Single(events, static one => one.Source == 0).Error).Kind);
        Assert.Equal(new VsiIntegerValue(32), Assert.Single(events, static one => one.Source == 1).Sample!.Value);
    }

    [Fact]
    public async Task A_watch_tells_each_change_until_the_caller_leaves()
    {
        await using AgentSession session = await ConnectAsync();
        string file = Path.Combine(shared.World.Host.Root, "vsi/vmkModules/vmfs3/version");
        string before = File.ReadAllText(file);
        var values = new List<VsiValue?>();
        await foreach (VsiWatcher.Event one in VsiWatcher.WatchAsync([(session, ["/vmkModules/vmfs3/version"])], TimeSpan.FromSeconds(0.1), null, Token))
        {
            values.Add(one.Sample!.Value);
            if (values.Count == 3)
            {
                break;
            }

            File.WriteAllText(file + ".new", $"{values.Count}\n");
            File.Move(file + ".new", file, overwrite: true);
        }

        File.WriteAllText(file, before);
        Assert.Equal([new VsiIntegerValue(1), new VsiIntegerValue(2)], values.Skip(1));
        Eventually.Holds("the host stops to sample", () => session.GetStatusAsync(Token).Result.Counters!.RunningRequests == 0);
    }

    private static (string? Path, string? Text, string? Error) Said(VsiTreeNode node) => (node.Path, node.Text, node.Error?.Kind);

    private Task<AgentSession> ConnectAsync(int vm = 0) =>
        AgentSession.ConnectAsync(Endpoint.Parse("unix:" + shared.World.Socket(vm)), cancellationToken: Token);

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
