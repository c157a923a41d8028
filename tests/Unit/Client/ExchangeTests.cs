using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Framing;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>Requests and answers on a connection that holds.</summary>
public sealed class ExchangeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_result_is_read_into_its_type()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();

        HostInfo host = await session.GetHostInfoAsync(cancellationToken: Token);

        Assert.Equal("esx1", host.HostName);
        Assert.Equal(137438953472, host.MemoryBytes);
        Assert.Equal(new DateTime(2024, 5, 1, 10, 0, 0, DateTimeKind.Utc), host.BootTime);
        Assert.Null(host.Vendor);
    }

    [Fact]
    public async Task Parameters_and_the_time_to_wait_are_sent()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync(new SessionOptions { RequestTimeout = TimeSpan.FromSeconds(7) });

        await session.GetHostInfoAsync(refresh: true, Token);
        await session.PingAsync(5, TimeSpan.FromMilliseconds(1234.5), Token);

        FakeRequest info = await agent.WaitForAsync(Methods.HostInfo);
        Assert.Equal("""{"refresh":true,"timeoutMs":7000}""", info.Params.GetRawText());
        FakeRequest ping = await agent.WaitForAsync(Methods.Ping);
        Assert.Equal("xxxxx", ping.Text("payload"));
        Assert.Equal(1235, ping.Number("timeoutMs"));
    }

    [Fact]
    public async Task An_error_is_thrown_with_all_that_the_agent_said()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => connection.SendAsync(FakeAnswers.Error(
            request.Id, -32010, "AccessDenied", "The rule is missing.", ",\"status\":\"PERMISSION_DENIED\",\"target\":\"host/info\",\"recommendedAction\":\"Ask.\"")));
        using AgentSession session = await agent.ConnectAsync();

        AgentException e = await Failing.With(ErrorKind.AccessDenied, () => session.GetHostInfoAsync(cancellationToken: Token));

        Assert.Equal("The rule is missing.", e.Message);
        Assert.Equal("host/info", e.Method);
        Assert.Equal("host/info", e.Error.Target);
        Assert.Equal("Ask.", e.RecommendedAction);
        Assert.Equal(agent.Endpoint, e.Endpoint);
    }

    [Fact]
    public async Task An_error_kind_of_a_newer_agent_is_kept_by_name()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) =>
            connection.SendAsync(FakeAnswers.Error(request.Id, -32099, "MoonIsFull", "Not today.", ",\"retryable\":true")));
        using AgentSession session = await agent.ConnectAsync();

        AgentException e = await Assert.ThrowsAsync<AgentException>(() => session.PingAsync(cancellationToken: Token));

        Assert.Equal("MoonIsFull", e.Kind.Name);
        Assert.True(e.Kind.Retryable);
    }

    [Fact]
    public async Task An_answer_may_come_a_byte_at_a_time()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => connection.DribbleAsync(FakeAnswers.Result(request, FakeAnswers.HostInfo)));
        using AgentSession session = await agent.ConnectAsync();

        Assert.Equal("esx1", (await session.GetHostInfoAsync(cancellationToken: Token)).HostName);
    }

    [Fact]
    public async Task Two_answers_may_come_in_one_write_and_out_of_order()
    {
        using FakeAgent agent = FakeAgent.Start(static async connection =>
        {
            await connection.ShakeHandsAsync();
            FakeRequest first = (await connection.ReadAsync())!;
            FakeRequest second = (await connection.ReadAsync())!;
            await connection.SendBytesAsync([.. FakeAnswers.Frame(Named(second)), .. FakeAnswers.Frame(Named(first))]);
            await connection.ReadAsync();
        });
        using AgentSession session = await agent.ConnectAsync();

        Task<HostInfo> plain = session.GetHostInfoAsync(false, Token);
        Task<HostInfo> refreshed = session.GetHostInfoAsync(true, Token);

        Assert.Equal("old", (await plain).HostName);
        Assert.Equal("new", (await refreshed).HostName);

        static string Named(FakeRequest request) =>
            FakeAnswers.Result(request, request.Params.TryGetProperty("refresh", out _) ? """{"hostName":"new"}""" : """{"hostName":"old"}""");
    }

    [Fact]
    public async Task Many_threads_share_one_connection()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) =>
            connection.AnswerAsync(request, $$"""{"hostName":"{{request.Number("timeoutMs")}}"}"""));
        using AgentSession session = await agent.ConnectAsync();

        await Parallel.ForEachAsync(Enumerable.Range(1, 500), Token, async (i, token) =>
        {
            var time = new RequestOptions { Timeout = TimeSpan.FromMilliseconds(10_000 + i) };
            HostInfo host = await session.SendAsync(RpcMethods.HostInfo, new HostInfoParams(), time, token);
            Assert.Equal((10_000 + i).ToString(CultureInfo.InvariantCulture), host.HostName);
        });

        Assert.Equal(1, agent.Connections);
    }

    [Fact]
    public async Task A_large_answer_arrives_whole()
    {
        string name = new('ä', 1_900_000);
        using FakeAgent agent = FakeAgent.Answering((connection, request) => connection.AnswerAsync(request, $$"""{"hostName":"{{name}}"}"""));
        using AgentSession session = await agent.ConnectAsync();

        Assert.Equal(name, (await session.GetHostInfoAsync(cancellationToken: Token)).HostName);
    }

    [Fact]
    public async Task Large_requests_to_an_agent_that_reads_slowly_arrive_whole_and_in_order()
    {
        using FakeAgent agent = FakeAgent.Start(static async connection =>
        {
            await connection.ShakeHandsAsync();
            await Task.Delay(100, TestContext.Current.CancellationToken);
            while (await connection.ReadAsync() is FakeRequest request)
            {
                await FakeAgent.AnswerNormallyAsync(connection, request);
            }
        });
        using AgentSession session = await agent.ConnectAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => session.PingAsync(900_000 + i, null, Token)));

        IEnumerable<int> lengths = agent.Received.Where(static r => r.Method == Methods.Ping).Select(static r => r.Text("payload")!.Length);
        Assert.Equal(Enumerable.Range(0, 8).Select(static i => 900_000 + i), lengths);
    }

    [Fact]
    public async Task A_caller_does_not_wait_for_an_agent_that_does_not_read()
    {
        using FakeAgent agent = FakeAgent.Start(static async connection =>
        {
            await connection.ShakeHandsAsync();
            await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
        });
        using AgentSession session = await agent.ConnectAsync();
        using var cancellation = new CancellationTokenSource();

        Task[] pings = [.. Enumerable.Range(0, 4).Select(_ => session.PingAsync(900_000, null, cancellation.Token))];

        await Failing.CancelledAtOnce(Task.WhenAll(pings), cancellation.Cancel);
    }

    [Fact]
    public async Task A_request_over_the_agents_limit_is_not_sent()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ErrorKind.FrameTooLarge, () => session.PingAsync(FrameLimits.BodyFromGuest, null, Token));
        await session.PingAsync(cancellationToken: Token);

        Assert.Single(agent.Received, static r => r.Method == Methods.Ping);
    }

    [Fact]
    public async Task Notifications_that_nobody_knows_are_read_over()
    {
        using FakeAgent agent = FakeAgent.Answering(static async (connection, request) =>
        {
            await connection.SendAsync("""{"jsonrpc":"2.0","method":"$/news","params":[1]}""");
            await connection.SendAsync("""{"jsonrpc":"2.0","method":"$/progress"}""");
            await connection.SendAsync("""{"jsonrpc":"2.0","method":"$/progress","params":[]}""");
            await connection.SendAsync(FakeAnswers.Progress("nobody", "{}"));
            await connection.SendAsync(FakeAnswers.Progress("999999999999999999999", "{}"));
            await connection.SendAsync(FakeAnswers.Progress(request.Id!, "{}"));
            await connection.AnswerAsync(request, "{}");
        });
        using AgentSession session = await agent.ConnectAsync();

        await session.PingAsync(cancellationToken: Token);
    }

    [Fact]
    public async Task A_request_of_the_agents_is_answered_with_method_not_found()
    {
        var answer = new TaskCompletionSource<string>();
        using FakeAgent agent = FakeAgent.Start(async connection =>
        {
            await connection.ShakeHandsAsync();
            await connection.SendAsync("""{"jsonrpc":"2.0","id":"theirs","method":"window/show","params":{}}""");
            answer.SetResult(await connection.ReadTextAsync());
        });
        using AgentSession session = await agent.ConnectAsync();

        string text = await answer.Task.WaitAsync(TimeSpan.FromSeconds(5), Token);

        Assert.StartsWith("""{"jsonrpc":"2.0","id":"theirs","error":{"code":-32601""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_of_another_type_fails_its_request_alone()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => request.Method == Methods.Ping
            ? connection.AnswerAsync(request, "17")
            : connection.AnswerAsync(request, """{"cpuCores":"many"}"""));
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ConnectionFailure.NotAnAgent, () => session.GetHostInfoAsync(cancellationToken: Token));
        await session.PingAsync(cancellationToken: Token);

        Assert.Equal(1, agent.Connections);
    }

    [Fact]
    public async Task A_result_of_null_is_no_result()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => connection.AnswerAsync(request, "null"));
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ConnectionFailure.NotAnAgent, () => session.GetHostInfoAsync(cancellationToken: Token));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":4711,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":-1,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"2","result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":2}""")]
    [InlineData("""{"jsonrpc":"1.0","id":2,"result":{}}""")]
    [InlineData("""{"id":2,"result":{"a":"\ud800"}}""")]
    [InlineData("no JSON")]
    public async Task What_breaks_the_protocol_fails_all_who_wait(string body)
    {
        using FakeAgent agent = FakeAgent.Answering((connection, _) => connection.SendAsync(body));
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ConnectionFailure.NotAnAgent, () => session.PingAsync(cancellationToken: Token));

        Assert.Equal(SessionState.Broken, session.State);
        Assert.Equal(ConnectionFailure.NotAnAgent, Assert.IsType<ConnectionException>(session.Failure).Failure);
    }

    [Fact]
    public async Task An_oversized_answer_fails_its_request_instead_of_letting_it_wait()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, _) => connection.SendBytesAsync("Content-Length: 4194305\r\n\r\n{"u8.ToArray()));
        using AgentSession session = await agent.ConnectAsync();

        ConnectionException e = await Failing.With(ConnectionFailure.NotAnAgent, () => session.PingAsync(cancellationToken: Token));

        Assert.Contains("4194304", e.Message, StringComparison.Ordinal);
    }
}
