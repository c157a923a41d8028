using System;
using System.Linq;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>An open session that nobody uses.</summary>
public sealed class KeepAliveTests
{
    [Fact]
    public async Task An_idle_session_pings_before_the_agents_limit()
    {
        using FakeAgent agent = FakeAgent.Answering(FakeAgent.AnswerNormallyAsync, idleMs: 150);
        using AgentSession session = await agent.ConnectAsync();

        await agent.WaitForAsync(Methods.Ping, count: 4);

        Assert.Equal(SessionState.Open, session.State);
        Assert.Equal(1, agent.Connections);
    }

    [Fact]
    public async Task An_agent_without_a_limit_gets_no_pings()
    {
        using FakeAgent agent = FakeAgent.Answering(FakeAgent.AnswerNormallyAsync, idleMs: 0);
        using AgentSession session = await agent.ConnectAsync();

        await Task.Delay(100, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(agent.Received, static r => r.Method == Methods.Ping);
    }

    [Fact]
    public async Task A_stream_that_has_gone_silent_is_found_out()
    {
        using FakeAgent agent = FakeAgent.Answering(static (_, _) => Task.CompletedTask, idleMs: 60);
        using AgentSession session = await agent.ConnectAsync(new SessionOptions { RequestTimeout = TimeSpan.FromMilliseconds(100) });

        await ReconnectTests.Eventually(() => session.State == SessionState.Broken);

        Assert.Equal(ConnectionFailure.Lost, Assert.IsType<ConnectionException>(session.Failure).Failure);
    }

    [Fact]
    public async Task A_closed_session_pings_no_more()
    {
        using FakeAgent agent = FakeAgent.Answering(FakeAgent.AnswerNormallyAsync, idleMs: 60);
        AgentSession session = await agent.ConnectAsync();
        await agent.WaitForAsync(Methods.Ping);

        await session.CloseAsync(TestContext.Current.CancellationToken);
        await agent.WaitForAsync(Methods.Exit);
        int pings = agent.Received.Count(static r => r.Method == Methods.Ping);
        await Task.Delay(100, TestContext.Current.CancellationToken);

        Assert.Equal(pings, agent.Received.Count(static r => r.Method == Methods.Ping));
    }
}
