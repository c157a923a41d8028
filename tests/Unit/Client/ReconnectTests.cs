using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>An agent that dies and comes back: who notices, and what is asked again.</summary>
public sealed class ReconnectTests
{
    private static readonly SessionOptions Steadfast = new() { Reconnect = false };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_restarted_while_nobody_asks_is_not_noticed()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();

        agent.Kill();
        agent.Restart();
        await Task.Delay(100, Token);
        Assert.Equal(1, agent.Connections);
        HostInfo host = await session.GetHostInfoAsync(cancellationToken: Token);

        Assert.Equal("esx1", host.HostName);
        Assert.Equal(2, agent.Connections);
        Assert.Equal(SessionState.Open, session.State);
        Assert.Null(session.Failure);
    }

    [Fact]
    public async Task A_session_that_lost_its_connection_says_so_until_the_next_request()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();

        agent.CloseConnections();
        await Eventually(() => session.State == SessionState.Broken);

        Assert.Equal(ConnectionFailure.Lost, Assert.IsType<ConnectionException>(session.Failure).Failure);
        await session.PingAsync(cancellationToken: Token);
        Assert.Equal(SessionState.Open, session.State);
    }

    [Fact]
    public async Task A_read_that_was_running_is_asked_again()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => connection.Number == 1
            ? FakeAgent.ServeAsync(connection, static (self, _) => CloseAsync(self))
            : FakeAgent.ServeAsync(connection, FakeAgent.AnswerNormallyAsync));
        using AgentSession session = await agent.ConnectAsync();

        HostInfo host = await session.GetHostInfoAsync(cancellationToken: Token);

        Assert.Equal("esx1", host.HostName);
        Assert.Equal(2, agent.Received.Count(static r => r.Method == Methods.HostInfo));
    }

    [Fact]
    public async Task An_answer_cut_off_in_the_middle_is_asked_again()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => connection.Number == 1
            ? FakeAgent.ServeAsync(connection, static async (self, request) =>
            {
                byte[] frame = FakeAnswers.Frame(FakeAnswers.Result(request, FakeAnswers.HostInfo));
                await self.SendBytesAsync(frame[..^20]);
                self.Close();
            })
            : FakeAgent.ServeAsync(connection, FakeAgent.AnswerNormallyAsync));
        using AgentSession session = await agent.ConnectAsync();

        Assert.Equal("esx1", (await session.GetHostInfoAsync(cancellationToken: Token)).HostName);
    }

    [Fact]
    public async Task Requests_wait_until_the_agent_is_back_and_share_one_attempt()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();
        agent.Kill();

        Task[] waiting = [.. Enumerable.Range(0, 10).Select(_ => session.PingAsync(cancellationToken: Token))];
        await Task.Delay(120, Token);
        Assert.Equal(SessionState.Reconnecting, session.State);
        Assert.All(waiting, static task => Assert.False(task.IsCompleted));
        agent.Restart();
        await Task.WhenAll(waiting);

        Assert.Equal(2, agent.Connections);
    }

    [Fact]
    public async Task An_agent_that_stays_away_is_given_up_when_the_requests_time_is_over()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();
        agent.Kill();

        ConnectionException e = await Failing.With(ConnectionFailure.Lost, () => session.PingAsync(0, TimeSpan.FromMilliseconds(50), Token));

        Assert.Equal(ConnectionFailure.EndpointMissing, Assert.IsType<ConnectionException>(e.InnerException).Failure);
        await Eventually(() => session.State == SessionState.Broken);
        Assert.Equal(ConnectionFailure.EndpointMissing, Assert.IsType<ConnectionException>(session.Failure).Failure);
    }

    [Fact]
    public async Task An_agent_that_is_too_busy_for_the_new_connection_is_asked_again()
    {
        using FakeAgent agent = FakeAgent.Start(static async connection =>
        {
            if (connection.Number is 2 or 3)
            {
                await connection.SendAsync(FakeAnswers.Error((await connection.ReadAsync())!.Id, -32040, "TooBusy", "Too many."));
                return;
            }

            await FakeAgent.ServeAsync(connection, FakeAgent.AnswerNormallyAsync);
        });
        using AgentSession session = await agent.ConnectAsync();
        agent.CloseConnections();

        await session.PingAsync(cancellationToken: Token);

        Assert.Equal(4, agent.Connections);
    }

    [Fact]
    public async Task A_refusal_that_will_not_pass_fails_who_waits_at_once()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();
        agent.Kill();
        agent.Restart(static async connection =>
            await connection.SendAsync(FakeAnswers.Error((await connection.ReadAsync())!.Id, -32011, "PeerUnidentified", "The caller is not known.")));

        await Failing.With(ConnectionFailure.Refused, () => session.PingAsync(cancellationToken: Token));

        Assert.Equal(2, agent.Connections);
        Assert.Equal(SessionState.Broken, session.State);
    }

    [Fact]
    public async Task An_agent_on_its_way_down_finishes_what_runs_and_its_successor_serves_the_rest()
    {
        FakeRequest? running = null;
        using FakeAgent agent = FakeAgent.Start(connection => FakeAgent.ServeAsync(connection, async (self, request) =>
        {
            if (self.Number > 1)
            {
                await self.AnswerAsync(request, request.Method == Methods.HostInfo ? """{"hostName":"new"}""" : "{}");
            }
            else if (request.Method == Methods.HostInfo)
            {
                running = request;
            }
            else
            {
                await self.SendAsync(FakeAnswers.Error(request.Id, -32041, "ShuttingDown", "The agent is shutting down."));
                await Task.Delay(50, Token);
                await self.AnswerAsync(running!, """{"hostName":"old"}""");
            }
        }));
        using AgentSession session = await agent.ConnectAsync();

        Task<HostInfo> slow = session.GetHostInfoAsync(cancellationToken: Token);
        await agent.WaitForAsync(Methods.HostInfo);
        await session.SendAsync(TestMethods.Change, TestMethods.WithOperation("op1"), null, Token);

        Assert.Equal("old", (await slow).HostName);
        Assert.Equal("new", (await session.GetHostInfoAsync(cancellationToken: Token)).HostName);
        Assert.Equal(2, agent.Connections);
    }

    [Fact]
    public async Task A_change_without_operation_id_is_not_taken_to_a_successor()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) =>
            connection.SendAsync(FakeAnswers.Error(request.Id, -32041, "ShuttingDown", "The agent is shutting down.")));
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ErrorKind.ShuttingDown, () => session.SendAsync(TestMethods.Change, new ListParams(), null, Token));

        Assert.Single(agent.Received, static r => r.Method == TestMethods.ChangeName);
    }

    [Fact]
    public async Task An_agent_that_is_always_on_its_way_down_is_given_up()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) =>
            connection.SendAsync(FakeAnswers.Error(request.Id, -32041, "ShuttingDown", "The agent is shutting down.")));
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ErrorKind.ShuttingDown, () => session.PingAsync(cancellationToken: Token));

        Assert.Equal(5, agent.Connections);
    }

    [Fact]
    public async Task Without_reconnect_what_waits_is_lost_and_the_session_stays_broken()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, _) => CloseAsync(connection));
        using AgentSession session = await agent.ConnectAsync(Steadfast);

        await Failing.With(ConnectionFailure.Lost, () => session.PingAsync(cancellationToken: Token));
        await Failing.With(ConnectionFailure.Lost, () => session.PingAsync(cancellationToken: Token));

        Assert.Equal(SessionState.Broken, session.State);
        Assert.Equal(1, agent.Connections);
    }

    [Fact]
    public async Task Why_the_agent_closes_is_told()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, _) => SayWhyAsync(connection));
        using AgentSession session = await agent.ConnectAsync(Steadfast);

        ConnectionException e = await Failing.With(ConnectionFailure.Lost, () => session.PingAsync(cancellationToken: Token));

        Assert.Contains("The host goes to sleep", e.Message, StringComparison.Ordinal);

        static async Task SayWhyAsync(FakeConnection connection)
        {
            await connection.SendAsync(FakeAnswers.Error(null, -32041, "ShuttingDown", "The host goes to sleep."));
            connection.Close();
        }
    }

    [Fact]
    public async Task A_request_that_ends_every_connection_is_given_up()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, _) => CloseAsync(connection));
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ConnectionFailure.Lost, () => session.PingAsync(cancellationToken: Token));

        Assert.Equal(5, agent.Received.Count(static r => r.Method == Methods.Ping));
    }

    [Fact]
    public async Task A_change_with_its_operation_id_is_asked_again_with_the_same_parameters()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(connection, (self, request) => self.Number == 1
            ? CloseAsync(self)
            : self.AnswerAsync(request, "{}")));
        using AgentSession session = await agent.ConnectAsync();

        await session.SendAsync(TestMethods.Change, TestMethods.WithOperation("op1"), null, Token);

        string[] sent = [.. agent.Received.Where(static r => r.Method == TestMethods.ChangeName).Select(static r => r.Params.GetRawText())];
        Assert.Equal(2, sent.Length);
        Assert.Equal(sent[0], sent[1]);
    }

    [Fact]
    public async Task A_change_without_operation_id_is_never_sent_twice()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, _) => CloseAsync(connection));
        using AgentSession session = await agent.ConnectAsync();

        ConnectionException e = await Failing.With(ConnectionFailure.Lost, () => session.SendAsync(TestMethods.Change, new ListParams(), null, Token));

        Assert.Contains("not known", e.Message, StringComparison.Ordinal);
        Assert.Single(agent.Received, static r => r.Method == TestMethods.ChangeName);
    }

    [Fact]
    public async Task A_change_that_was_not_sent_yet_waits_for_the_new_connection_without_operation_id_too()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => connection.AnswerAsync(request, "{}"));
        using AgentSession session = await agent.ConnectAsync();
        agent.CloseConnections();
        await Eventually(() => session.State == SessionState.Broken);

        await session.SendAsync(TestMethods.Change, new ListParams(), null, Token);

        Assert.Single(agent.Received, static r => r.Method == TestMethods.ChangeName);
    }

    [Fact]
    public async Task No_answer_is_lost_and_none_is_taken_twice_while_connections_come_and_go()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();
        using var stop = new CancellationTokenSource();
        Task unrest = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await Task.Delay(40, Token);
                    agent.CloseConnections();
                }
            },
            Token);

        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, async (i, token) =>
        {
            await Task.Delay(i % 5, token);
            Assert.Equal("esx1", (await session.GetHostInfoAsync(cancellationToken: token)).HostName);
        });

        await stop.CancelAsync();
        await unrest;
        Assert.True(agent.Connections > 2, "The connections were meant to come and go.");
    }

    /// <summary>Waits for what follows soon from something that was done.</summary>
    internal static async Task Eventually(Func<bool> condition)
    {
        for (int i = 0; i < 1_000 && !condition(); i++)
        {
            await Task.Delay(5, Token);
        }

        Assert.True(condition(), "What was expected did not come within 5 s.");
    }

    private static Task CloseAsync(FakeConnection connection)
    {
        connection.Close();
        return Task.CompletedTask;
    }
}
