using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>Watches: samples as they come, a consumer that is too slow, a connection that is lost, the end.</summary>
public sealed class WatchTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Samples_are_handed_out_as_they_come_and_leaving_ends_the_watch_on_the_host()
    {
        using FakeAgent agent = FakeAgent.Answering(
            static (connection, request) => request.Id is null ? Task.CompletedTask : SampleAsync(connection, request, ("/a", 1), ("/b", 2)));
        using AgentSession session = await agent.ConnectAsync();
        var values = new List<VsiValue?>();

        await foreach (VsiSample sample in session.WatchVsiAsync(["/a", "/b"], Interval, Token))
        {
            values.Add(sample.Value);
            if (values.Count == 2)
            {
                break;
            }
        }

        Assert.Equal([new VsiIntegerValue(1), new VsiIntegerValue(2)], values);
        FakeRequest watch = agent.Received.Single(static r => r.Method == Methods.VsiWatch);
        Assert.Equal(250, watch.Params.GetProperty("intervalMs").GetInt32());
        Assert.Equal("""["/a","/b"]""", watch.Params.GetProperty("paths").GetRawText());
        Assert.False(watch.Params.TryGetProperty("timeoutMs", out _), "A watch has no time limit.");
        Assert.Equal(watch.Id, (await agent.WaitForAsync(Methods.CancelRequest)).Params.GetProperty("id").GetRawText());
    }

    [Fact]
    public async Task A_consumer_that_is_too_slow_loses_samples_that_are_counted_and_never_the_newest()
    {
        const int Rounds = 5_000;
        using FakeAgent agent = FakeAgent.Answering(static async (connection, request) =>
        {
            for (int i = 1; request.Method == Methods.VsiWatch && i <= Rounds; i++)
            {
                await SampleAsync(connection, request, ("/a", i));
                if (i == 1)
                {
                    await SampleAsync(connection, request, ("/rare", 7));
                }
            }

            if (request.Id is not null)
            {
                await connection.AnswerAsync(request, """{"items":[],"nextCursor":null}""");
            }
        });
        using AgentSession session = await agent.ConnectAsync();
        await using IAsyncEnumerator<VsiSample> samples = session.WatchVsiAsync(["/a", "/rare"], Interval, Token).GetAsyncEnumerator(Token);
        Assert.True(await samples.MoveNextAsync());
        await session.PingAsync(cancellationToken: Token);

        var taken = new List<VsiSample> { samples.Current };
        while (await samples.MoveNextAsync())
        {
            taken.Add(samples.Current);
        }

        Assert.Contains(taken, static sample => sample.Path == "/rare");
        Assert.Equal(new VsiIntegerValue(Rounds), taken[^1].Value);
        Assert.InRange(taken.Count, 1_000, 1_100);
        Assert.Equal(Rounds + 1, taken.Count + taken.Sum(static sample => sample.Lost ?? 0));
    }

    [Fact]
    public async Task A_watch_that_was_cut_off_begins_anew()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(connection, static async (self, request) =>
        {
            await SampleAsync(self, request, ("/a", self.Number));
            if (self.Number == 1)
            {
                self.Close();
            }
        }));
        using AgentSession session = await agent.ConnectAsync();

        await using IAsyncEnumerator<VsiSample> samples = session.WatchVsiAsync(["/a"], Interval, Token).GetAsyncEnumerator(Token);
        Assert.True(await samples.MoveNextAsync());
        Assert.Equal(new VsiIntegerValue(1), samples.Current.Value);
        Assert.True(await samples.MoveNextAsync());
        Assert.Equal(new VsiIntegerValue(2), samples.Current.Value);
        Assert.Equal(2, agent.Connections);
    }

    [Fact]
    public async Task An_error_ends_a_watch_after_the_samples_before_it()
    {
        using FakeAgent agent = FakeAgent.Answering(static async (connection, request) =>
        {
            await SampleAsync(connection, request, ("/a", 1));
            await connection.SendAsync(FakeAnswers.Error(request.Id, -32010, "AccessDenied", "The policy changed."));
        });
        using AgentSession session = await agent.ConnectAsync();
        var values = new List<VsiValue?>();

        await Failing.With(ErrorKind.AccessDenied, async () =>
        {
            await foreach (VsiSample sample in session.WatchVsiAsync(["/a"], Interval, Token))
            {
                values.Add(sample.Value);
            }
        });

        Assert.Equal([new VsiIntegerValue(1)], values);
    }

    [Fact]
    public async Task A_cancelled_watch_ends_at_once()
    {
        using FakeAgent agent = FakeAgent.Answering(
            static (connection, request) => request.Id is null ? Task.CompletedTask : SampleAsync(connection, request, ("/a", 1)));
        using AgentSession session = await agent.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        Task watching = Task.Run(
            async () =>
            {
                await foreach (VsiSample sample in session.WatchVsiAsync(["/a"], Interval, cancellation.Token))
                {
                    Assert.NotNull(sample.Value);
                }
            },
            Token);
        await agent.WaitForAsync(Methods.VsiWatch);

        await Failing.CancelledAtOnce(watching, cancellation.Cancel);

        await agent.WaitForAsync(Methods.CancelRequest);
    }

    [Fact]
    public async Task A_walk_stops_after_as_many_nodes_as_were_wanted()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => request.Id is null
            ? Task.CompletedTask
            : connection.AnswerAsync(request, """{"items":[{"path":"/"},{"path":"/a"}],"nextCursor":"/a"}"""));
        using AgentSession session = await agent.ConnectAsync();
        var paths = new List<string?>();

        await foreach (VsiTreeNode node in session.WalkVsiAsync("/", maxNodes: 2, cancellationToken: Token))
        {
            paths.Add(node.Path);
        }

        Assert.Equal(["/", "/a"], paths);
        Assert.Single(agent.Received, static r => r.Method == Methods.VsiWalk);
    }

    private static Task SampleAsync(FakeConnection connection, FakeRequest request, params (string Path, int Value)[] samples)
    {
        string items = string.Join(',', samples.Select(
            static sample => $$"""{"time":"2026-01-02T03:04:05Z","path":"{{sample.Path}}","value":{{sample.Value}}}"""));
        return connection.SendAsync(FakeAnswers.Progress(request.Text("partialResultToken")!, $$"""{"items":[{{items}}],"nextCursor":null}"""));
    }
}
