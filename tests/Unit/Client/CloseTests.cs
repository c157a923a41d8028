using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>The end of a session, from this side.</summary>
public sealed class CloseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Closing_says_shutdown_then_exit()
    {
        using FakeAgent agent = FakeAgent.Normal();
        AgentSession session = await agent.ConnectAsync();

        await session.CloseAsync(Token);

        Assert.Equal(SessionState.Closed, session.State);
        Assert.Null((await agent.WaitForAsync(Methods.Exit)).Id);
        Assert.NotNull((await agent.WaitForAsync(Methods.Shutdown)).Id);
        await session.CloseAsync(Token);
        await session.DisposeAsync();
        session.Dispose();
    }

    [Fact]
    public async Task An_agent_that_does_not_let_go_is_left_after_two_seconds()
    {
        using FakeAgent agent = FakeAgent.Answering(static (_, _) => Task.CompletedTask);
        AgentSession session = await agent.ConnectAsync();
        var watch = Stopwatch.StartNew();

        await session.CloseAsync(Token);

        Assert.InRange(watch.ElapsedMilliseconds, 1_900, 5_000);
        await agent.WaitForAsync(Methods.Exit);
    }

    [Fact]
    public async Task Closing_can_be_cut_short()
    {
        using FakeAgent agent = FakeAgent.Answering(static (_, _) => Task.CompletedTask);
        AgentSession session = await agent.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        Task closing = session.CloseAsync(cancellation.Token);
        var watch = Stopwatch.StartNew();

        await cancellation.CancelAsync();
        await closing;

        Assert.True(watch.ElapsedMilliseconds < 1_000, $"Closing took {watch.ElapsedMilliseconds} ms after it was cut short.");
    }

    [Fact]
    public async Task Requests_that_wait_are_told_that_the_session_was_closed()
    {
        using FakeAgent agent = FakeAgent.Answering(static (_, _) => Task.CompletedTask);
        AgentSession session = await agent.ConnectAsync();
        Task waiting = session.PingAsync(cancellationToken: Token);

        session.Dispose();

        await Failing.With(ConnectionFailure.Closed, () => waiting);
        await Failing.With(ConnectionFailure.Closed, () => session.PingAsync(cancellationToken: Token));
    }

    [Fact]
    public async Task Requests_that_wait_for_a_new_connection_are_told_too()
    {
        using FakeAgent agent = FakeAgent.Normal();
        AgentSession session = await agent.ConnectAsync();
        agent.Kill();
        Task waiting = session.PingAsync(cancellationToken: Token);
        await Task.Delay(50, Token);

        await session.CloseAsync(Token);

        await Failing.With(ConnectionFailure.Closed, () => waiting);
        Assert.Equal(SessionState.Closed, session.State);
    }

    [Fact]
    public async Task A_session_that_is_broken_closes_at_once()
    {
        using FakeAgent agent = FakeAgent.Normal();
        AgentSession session = await agent.ConnectAsync(new SessionOptions { Reconnect = false });
        agent.Kill();
        await Failing.With(ConnectionFailure.Lost, () => session.PingAsync(cancellationToken: Token));

        await session.CloseAsync(Token);

        Assert.Equal(SessionState.Closed, session.State);
    }
}
