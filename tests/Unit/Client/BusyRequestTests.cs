using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>Requests that came faster than the VM may ask, or that the agent has no place for: asked again when it says, within a patience.</summary>
public sealed class BusyRequestTests
{
    private const string Answer = """{"id":"db01@ssd1","name":"db01","datastore":"ssd1","sizeBytes":1073741824,"labels":{},"snapshots":0,"state":"ok"}""";

    private static readonly VolumeCreateParams Create = new() { Name = "db01", Datastore = "ssd1", SizeBytes = 1 << 30 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_that_comes_too_early_is_asked_again_by_the_same_id_when_the_agent_says()
    {
        using FakeAgent agent = BusyFor(3, 100);
        using AgentSession session = await agent.ConnectAsync();
        long start = Stopwatch.GetTimestamp();

        Assert.Equal("db01", (await session.CreateVolumeAsync(Create, cancellationToken: Token)).Name);

        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(300), "It was not waited as long as the agent said.");
        string?[] ids = [.. agent.Received.Where(static request => request.Method == Methods.VolumeCreate).Select(static request => request.Text("operationId"))];
        Assert.Equal(4, ids.Length);
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task A_read_is_asked_again_too_and_its_own_time_goes_on()
    {
        using FakeAgent agent = BusyFor(2, 50);
        using AgentSession session = await agent.ConnectAsync();

        Assert.Equal("db01", (await session.GetVolumeAsync("db01", "ssd1", Token)).Name);

        using FakeAgent never = BusyFor(int.MaxValue, 50);
        using AgentSession hasty = await never.ConnectAsync(new SessionOptions { RequestTimeout = TimeSpan.FromMilliseconds(300) });
        await Failing.With(ErrorKind.DeadlineExceeded, () => hasty.GetVolumeAsync("db01", "ssd1", Token));
    }

    [Fact]
    public async Task Patience_has_an_end_and_then_the_refusal_is_the_error()
    {
        using FakeAgent agent = BusyFor(int.MaxValue, 60);
        using AgentSession session = await agent.ConnectAsync();
        var options = new RequestOptions { BusyPatience = TimeSpan.FromMilliseconds(400) };

        await Failing.With(ErrorKind.TooBusy, () => session.SendAsync(RpcMethods.Ping, new PingParams(), options, Token));

        Assert.InRange(agent.Received.Count(static request => request.Method == Methods.Ping), 2, 7);
    }

    [Fact]
    public async Task Without_patience_nothing_is_asked_twice()
    {
        using FakeAgent agent = BusyFor(1, 10);
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ErrorKind.TooBusy, () => session.SendAsync(RpcMethods.Ping, new PingParams(), new RequestOptions { BusyPatience = TimeSpan.Zero }, Token));

        Assert.Single(agent.Received, static request => request.Method == Methods.Ping);
    }

    [Fact]
    public async Task A_request_that_waits_is_cancelled_at_once()
    {
        using FakeAgent agent = BusyFor(int.MaxValue, 5_000);
        using AgentSession session = await agent.ConnectAsync();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<Volume> reading = session.GetVolumeAsync("db01", "ssd1", cancellation.Token);
        await agent.WaitForAsync(Methods.VolumeGet);

        await Failing.CancelledAtOnce(reading, cancellation.Cancel);
    }

    private static FakeAgent BusyFor(int times, int waitMs)
    {
        int calls = 0;
        return FakeAgent.Answering((connection, request) => request.Id is null ? Task.CompletedTask
            : ++calls <= times ? connection.SendAsync(FakeAnswers.Error(request.Id, -32040, "TooBusy", "Too fast.", $",\"retryable\":true,\"retryAfterMs\":{waitMs}"))
            : connection.AnswerAsync(request, Answer));
    }
}
