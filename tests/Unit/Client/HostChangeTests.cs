using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>After a move of the VM another host answers.</summary>
public sealed class HostChangeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_host_is_told_once_before_anything_is_asked_there()
    {
        using FakeAgent agent = MovingTo(FakeAnswers.OtherHostUuid);
        using AgentSession session = await agent.ConnectAsync();
        var changes = new List<(HostChangedEventArgs Change, bool Asked)>();
        session.HostChanged += (_, change) => changes.Add((change, agent.Connections == 2 && Asked(agent)));

        agent.CloseConnections();
        await session.PingAsync(cancellationToken: Token);
        agent.CloseConnections();
        await session.PingAsync(cancellationToken: Token);

        (HostChangedEventArgs change, bool asked) = Assert.Single(changes);
        Assert.Equal("esx1", change.OldHost.HostName);
        Assert.Equal("esx2", change.NewHost.HostName);
        Assert.False(asked, "The new host was asked before the change was told.");
        Assert.True(session.HostHasChanged);
        Assert.Equal(FakeAnswers.OtherHostUuid, session.Agent.Host!.Uuid);

        static bool Asked(FakeAgent agent) => System.Linq.Enumerable.Any(agent.Received, static r => r.Method == Methods.Ping);
    }

    [Fact]
    public async Task Reads_go_on_at_another_host_and_changes_do_not()
    {
        using FakeAgent agent = MovingTo(FakeAnswers.OtherHostUuid);
        using AgentSession session = await agent.ConnectAsync();
        agent.CloseConnections();

        await session.PingAsync(cancellationToken: Token);
        ConnectionException e = await Failing.With(ConnectionFailure.HostChanged, () => session.SendAsync(TestMethods.Change, TestMethods.WithOperation("op1"), null, Token));

        Assert.Contains("'esx1' to host 'esx2'", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(agent.Received, static r => r.Method == TestMethods.ChangeName);
        await session.PingAsync(cancellationToken: Token);
    }

    [Fact]
    public async Task A_change_that_was_running_is_not_repeated_at_another_host()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(
            connection,
            static (self, request) =>
            {
                self.Close();
                return Task.CompletedTask;
            },
            connection.Number == 1 ? FakeAnswers.HostUuid : FakeAnswers.OtherHostUuid));
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ConnectionFailure.HostChanged, () => session.SendAsync(TestMethods.Change, TestMethods.WithOperation("op1"), null, Token));

        Assert.Single(agent.Received, static r => r.Method == TestMethods.ChangeName);
    }

    [Fact]
    public async Task A_host_that_can_no_longer_tell_its_uuid_is_recognised_by_its_name()
    {
        using FakeAgent agent = MovingTo(null);
        using AgentSession session = await agent.ConnectAsync();
        session.HostChanged += static (_, _) => Assert.Fail("The host is the same.");
        agent.CloseConnections();

        await session.SendAsync(TestMethods.Change, TestMethods.WithOperation("op1"), null, Token);

        Assert.False(session.HostHasChanged);
    }

    [Fact]
    public async Task A_new_session_with_the_new_host_may_change_things()
    {
        using FakeAgent agent = MovingTo(FakeAnswers.OtherHostUuid);
        using AgentSession old = await agent.ConnectAsync();
        using AgentSession session = await agent.ConnectAsync();

        await session.SendAsync(TestMethods.Change, TestMethods.WithOperation("op1"), null, Token);

        Assert.False(session.HostHasChanged);
    }

    [Fact]
    public async Task A_listener_that_fails_holds_nothing_up()
    {
        using FakeAgent agent = MovingTo(FakeAnswers.OtherHostUuid);
        using AgentSession session = await agent.ConnectAsync();
        session.HostChanged += static (_, _) => throw new InvalidOperationException("A listener's mistake.");
        agent.CloseConnections();

        await session.PingAsync(cancellationToken: Token);
    }

    /// <summary>The first connection reaches the usual host, the later ones another.</summary>
    private static FakeAgent MovingTo(string? hostUuid) => FakeAgent.Start(connection => FakeAgent.ServeAsync(
        connection,
        static (self, request) => self.AnswerAsync(request, "{}"),
        connection.Number == 1 ? FakeAnswers.HostUuid : hostUuid));
}
