using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>Ctrl+C and deadlines: the caller goes at once, the agent is told, and what comes later disturbs nobody.</summary>
public sealed class CancellationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cancelled_request_returns_at_once_and_the_agent_is_told_its_id()
    {
        using FakeAgent agent = FakeAgent.Answering(static (_, _) => Task.CompletedTask);
        using AgentSession session = await agent.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        Task<HostInfo> waiting = session.GetHostInfoAsync(cancellationToken: cancellation.Token);
        FakeRequest request = await agent.WaitForAsync(Methods.HostInfo);

        await Failing.CancelledAtOnce(waiting, cancellation.Cancel);

        FakeRequest cancel = await agent.WaitForAsync(Methods.CancelRequest);
        Assert.Equal(request.Id, cancel.Params.GetProperty("id").GetRawText());
        Assert.Null(cancel.Id);
    }

    [Fact]
    public async Task A_late_answer_is_dropped_quietly()
    {
        using FakeAgent agent = FakeAgent.Answering(LateAsync());
        using AgentSession session = await agent.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        Task<HostInfo> waiting = session.GetHostInfoAsync(cancellationToken: cancellation.Token);
        await agent.WaitForAsync(Methods.HostInfo);

        await Failing.CancelledAtOnce(waiting, cancellation.Cancel);
        await session.PingAsync(cancellationToken: Token);
        await session.PingAsync(cancellationToken: Token);

        Assert.Equal(1, agent.Connections);
        Assert.Equal(SessionState.Open, session.State);

        static Func<FakeConnection, FakeRequest, Task> LateAsync()
        {
            FakeRequest? late = null;
            return async (connection, request) =>
            {
                if (request.Method == Methods.CancelRequest)
                {
                    await connection.SendAsync(FakeAnswers.Error(late!.Id, -32800, "RequestCancelled", "Cancelled."));
                    await connection.AnswerAsync(late, FakeAnswers.HostInfo);
                }
                else if (request.Method == Methods.HostInfo)
                {
                    late = request;
                }
                else
                {
                    await connection.AnswerAsync(request, "{}");
                }
            };
        }
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_sends_nothing()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.GetHostInfoAsync(cancellationToken: new CancellationToken(canceled: true)));
        await session.PingAsync(cancellationToken: Token);

        Assert.DoesNotContain(agent.Received, static r => r.Method is Methods.HostInfo or Methods.CancelRequest);
    }

    [Fact]
    public async Task A_request_that_waits_for_a_new_connection_can_be_cancelled()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();
        agent.Kill();
        using var cancellation = new CancellationTokenSource();
        Task waiting = session.PingAsync(cancellationToken: cancellation.Token);
        await Task.Delay(100, Token);
        Assert.Equal(SessionState.Reconnecting, session.State);

        await Failing.CancelledAtOnce(waiting, cancellation.Cancel);
    }

    [Fact]
    public async Task An_agent_that_does_not_answer_in_time_is_given_up_and_told()
    {
        using FakeAgent agent = FakeAgent.Answering(static (_, _) => Task.CompletedTask);
        using AgentSession session = await agent.ConnectAsync();

        AgentException e = await Failing.With(ErrorKind.DeadlineExceeded, () => session.PingAsync(0, TimeSpan.FromMilliseconds(100), Token));

        Assert.Contains("'$/ping' within 0.1 s", e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.RecommendedAction);
        FakeRequest ping = await agent.WaitForAsync(Methods.Ping);
        FakeRequest cancel = await agent.WaitForAsync(Methods.CancelRequest);
        Assert.Equal(100, ping.Number("timeoutMs"));
        Assert.Equal(ping.Id, cancel.Params.GetProperty("id").GetRawText());
        Assert.Equal(SessionState.Open, session.State);
    }

    [Fact]
    public async Task A_change_has_no_deadline_of_its_own()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();

        await Assert.ThrowsAsync<AgentException>(() => session.SendAsync(TestMethods.Change, TestMethods.WithOperation("op1"), null, Token));

        Assert.Null((await agent.WaitForAsync(TestMethods.ChangeName)).Number("timeoutMs"));
    }

    [Fact]
    public async Task Cancelling_in_any_moment_leaves_no_request_behind()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();

        for (int i = 0; i < 200; i++)
        {
            using var cancellation = new CancellationTokenSource();
            Task[] pings = [.. Enumerable.Range(0, 4).Select(_ => session.PingAsync(cancellationToken: cancellation.Token))];
            if (i % 3 == 0)
            {
                await Task.Yield();
            }

            await cancellation.CancelAsync();
            await Task.WhenAny(Task.WhenAll(pings), Task.Delay(TimeSpan.FromSeconds(5), Token));
            Assert.All(pings, static ping => Assert.True(ping.IsCompletedSuccessfully || ping.IsCanceled, $"A ping is {ping.Status}."));
        }

        await session.PingAsync(cancellationToken: Token);
    }
}
