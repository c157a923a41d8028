using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>
/// What all changes have in common: an id of their own that outlives connections, progress, no deadline, and a cancellation that reaches the host.
/// </summary>
public sealed class ChangeTests
{
    private const string Answer = """{"id":"db01@ssd1","name":"db01","datastore":"ssd1","sizeBytes":1073741824,"labels":{},"snapshots":0,"state":"ok"}""";

    private static readonly VolumeCreateParams Create = new() { Name = "db01", Datastore = "ssd1", SizeBytes = 1 << 30 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_change_has_an_operation_id_of_its_own_unless_the_caller_gives_one()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => connection.AnswerAsync(request, Answer));
        using AgentSession session = await agent.ConnectAsync();

        await session.CreateVolumeAsync(Create, cancellationToken: Token);
        await session.CreateVolumeAsync(Create, cancellationToken: Token);
        await session.CreateVolumeAsync(Create with { OperationId = "mine" }, cancellationToken: Token);

        string?[] ids = [.. agent.Received.Where(static r => r.Method == Methods.VolumeCreate).Select(static r => r.Text("operationId"))];
        Assert.True(Guid.TryParse(ids[0], out _), $"'{ids[0]}' is no uuid.");
        Assert.NotEqual(ids[0], ids[1]);
        Assert.Equal("mine", ids[2]);
    }

    [Fact]
    public async Task A_change_has_no_deadline_and_asks_for_no_progress_that_nobody_wants()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => connection.AnswerAsync(request, Answer));
        using AgentSession session = await agent.ConnectAsync(new SessionOptions { RequestTimeout = TimeSpan.FromMilliseconds(50) });

        await session.CreateVolumeAsync(Create, cancellationToken: Token);

        FakeRequest request = await agent.WaitForAsync(Methods.VolumeCreate);
        Assert.False(request.Params.TryGetProperty("timeoutMs", out _), "A change without a limit sends none.");
        Assert.False(request.Params.TryGetProperty("workDoneToken", out _), "Nobody listens to progress.");
    }

    [Fact]
    public async Task Progress_arrives_in_order_and_the_result_after_it()
    {
        using FakeAgent agent = FakeAgent.Answering(static async (connection, request) =>
        {
            string token = request.Text("workDoneToken")!;
            await connection.SendAsync(FakeAnswers.Progress(token, """{"kind":"begin","percentage":0}"""));
            await connection.SendAsync(FakeAnswers.Progress(token, """{"kind":"report","percentage":40,"message":"create"}"""));
            await connection.SendAsync(FakeAnswers.Progress("999999", """{"kind":"report","percentage":77}"""));
            await connection.SendAsync(FakeAnswers.Progress(token, """{"kind":"end","percentage":100}"""));
            await connection.AnswerAsync(request, Answer);
        });
        using AgentSession session = await agent.ConnectAsync();
        var heard = new Heard();

        Volume volume = await session.CreateVolumeAsync(Create, heard, Token);

        Assert.Equal("db01@ssd1", volume.Id);
        Assert.Equal(["begin 0 ", "report 40 create", "end 100 "], heard.Words);
    }

    [Theory]
    [InlineData("""{"kind":7}""")]
    [InlineData("null")]
    [InlineData("[1,2]")]
    public async Task Progress_in_a_form_that_nobody_knows_is_read_over(string value)
    {
        using FakeAgent agent = FakeAgent.Answering(async (connection, request) =>
        {
            await connection.SendAsync(FakeAnswers.Progress(request.Text("workDoneToken")!, value));
            await connection.AnswerAsync(request, Answer);
        });
        using AgentSession session = await agent.ConnectAsync();
        var heard = new Heard();

        Assert.Equal("db01", (await session.CreateVolumeAsync(Create, heard, Token)).Name);
        Assert.Empty(heard.Words);
    }

    [Fact]
    public async Task A_listener_that_throws_disturbs_neither_its_change_nor_the_session()
    {
        using FakeAgent agent = FakeAgent.Answering(static async (connection, request) =>
        {
            if (request.Text("workDoneToken") is string token)
            {
                await connection.SendAsync(FakeAnswers.Progress(token, """{"kind":"report","percentage":1}"""));
            }

            await connection.AnswerAsync(request, request.Method == Methods.VolumeCreate ? Answer : "{}");
        });
        using AgentSession session = await agent.ConnectAsync();

        Volume volume = await session.CreateVolumeAsync(Create, new Heard(static () => throw new InvalidOperationException("mine")), Token);
        await session.PingAsync(cancellationToken: Token);

        Assert.Equal("db01", volume.Name);
        Assert.Equal(1, agent.Connections);
    }

    [Fact]
    public async Task A_change_cut_off_by_the_end_of_its_connection_is_asked_again_by_the_same_id_and_answered_once()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(connection, async (self, request) =>
        {
            await self.SendAsync(FakeAnswers.Progress(request.Text("workDoneToken")!, $$"""{"kind":"report","percentage":{{self.Number}}}"""));
            if (self.Number < 3)
            {
                self.Close();
            }
            else
            {
                await self.AnswerAsync(request, Answer);
            }
        }));
        using AgentSession session = await agent.ConnectAsync();
        var heard = new Heard();

        Volume volume = await session.CreateVolumeAsync(Create, heard, Token);

        FakeRequest[] asked = [.. agent.Received.Where(static r => r.Method == Methods.VolumeCreate)];
        Assert.Equal(3, asked.Length);
        Assert.Single(asked.Select(static r => r.Params.GetRawText()).Distinct());
        Assert.Equal("db01@ssd1", volume.Id);
        Assert.Equal(["report 1 ", "report 2 ", "report 3 "], heard.Words);
    }

    [Fact]
    public async Task An_answer_that_is_lost_at_any_byte_is_asked_for_again_by_the_same_id_and_given_once()
    {
        int sent = 0;
        var cut = new ConcurrentDictionary<string, bool>();
        using FakeAgent agent = FakeAgent.Start(connection => FakeAgent.ServeAsync(connection, async (self, request) =>
        {
            byte[] frame = FakeAnswers.Frame(FakeAnswers.Result(request, Answer));
            bool isFirst = cut.TryAdd(request.Text("operationId")!, true);
            await self.SendBytesAsync(isFirst ? frame[..sent] : frame);
            if (isFirst)
            {
                self.Close();
            }
        }));
        using AgentSession session = await agent.ConnectAsync();

        int whole = FakeAnswers.Frame($$"""{"jsonrpc":"2.0","id":1,"result":{{Answer}}}""").Length;
        for (sent = 0; sent < whole; sent++)
        {
            Volume volume = await session.CreateVolumeAsync(Create, cancellationToken: Token);
            Assert.True(volume.Id == "db01@ssd1", $"After {sent} bytes of the answer were sent, the volume is '{volume.Id}'.");
        }

        string?[] ids = [.. agent.Received.Where(static r => r.Method == Methods.VolumeCreate).Select(static r => r.Text("operationId"))];
        Assert.Equal(whole, ids.Distinct().Count());
        Assert.Equal(whole * 2, ids.Length);
    }

    [Fact]
    public async Task A_change_waits_for_an_agent_that_is_away_and_is_done_when_it_is_back()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(connection, static (_, _) => Task.CompletedTask));
        using AgentSession session = await agent.ConnectAsync(new SessionOptions { RequestTimeout = TimeSpan.FromMilliseconds(200) });
        Task<Volume> waiting = session.CreateVolumeAsync(Create, cancellationToken: Token);
        await agent.WaitForAsync(Methods.VolumeCreate);

        agent.Kill();
        await Task.Delay(TimeSpan.FromMilliseconds(1_500), Token);
        Assert.False(waiting.IsCompleted, "Longer than any request's time, and still not reported as failed.");
        agent.Restart(static connection => FakeAgent.ServeAsync(connection, static (self, request) => self.AnswerAsync(request, Answer)));

        Assert.Equal("db01@ssd1", (await waiting).Id);
    }

    [Fact]
    public async Task An_agent_that_shuts_down_passes_the_change_on_to_its_successor()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(connection, async (self, request) =>
        {
            if (self.Number == 1)
            {
                await self.SendAsync(FakeAnswers.Error(request.Id, -32041, "ShuttingDown", "The agent is shutting down."));
            }
            else
            {
                await self.AnswerAsync(request, Answer);
            }
        }));
        using AgentSession session = await agent.ConnectAsync();

        Assert.Equal("db01@ssd1", (await session.CreateVolumeAsync(Create, cancellationToken: Token)).Id);
        Assert.Single(agent.Received.Where(static r => r.Method == Methods.VolumeCreate).Select(static r => r.Text("operationId")).Distinct());
    }

    [Fact]
    public async Task A_cancelled_change_returns_at_once_is_cancelled_on_the_host_and_says_nothing_more()
    {
        FakeRequest? running = null;
        using FakeAgent agent = FakeAgent.Answering(async (connection, request) =>
        {
            if (request.Method == Methods.VolumeCreate)
            {
                running = request;
            }
            else if (request.Method == Methods.CancelRequest)
            {
                await connection.SendAsync(FakeAnswers.Progress(running!.Text("workDoneToken")!, """{"kind":"end","percentage":100}"""));
                await connection.SendAsync(FakeAnswers.Error(running.Id, -32800, "RequestCancelled", "Cancelled."));
            }
            else
            {
                await connection.AnswerAsync(request, "{}");
            }
        });
        using AgentSession session = await agent.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        var heard = new Heard();
        Task<Volume> waiting = session.CreateVolumeAsync(Create, heard, cancellation.Token);
        FakeRequest asked = await agent.WaitForAsync(Methods.VolumeCreate);

        await Failing.CancelledAtOnce(waiting, cancellation.Cancel);

        FakeRequest cancel = await agent.WaitForAsync(Methods.CancelRequest);
        Assert.Equal(asked.Id, cancel.Params.GetProperty("id").GetRawText());
        await session.PingAsync(cancellationToken: Token);
        Assert.Empty(heard.Words);
        Assert.Equal(SessionState.Open, session.State);
    }

    [Fact]
    public async Task A_change_cancelled_while_its_connection_is_lost_is_cancelled_over_the_next_one()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(connection, static (_, _) => Task.CompletedTask));
        using AgentSession session = await agent.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        Task<Volume> waiting = session.CreateVolumeAsync(Create, cancellationToken: cancellation.Token);
        FakeRequest asked = await agent.WaitForAsync(Methods.VolumeCreate);
        agent.Kill();
        await Task.Delay(TimeSpan.FromMilliseconds(200), Token);

        await Failing.CancelledAtOnce(waiting, cancellation.Cancel);
        Assert.Single(agent.Received, static r => r.Method == Methods.VolumeCreate);
        agent.Restart(static connection => FakeAgent.ServeAsync(
            connection, static (self, request) => self.SendAsync(FakeAnswers.Error(request.Id, -32800, "RequestCancelled", "Cancelled."))));

        FakeRequest cancel = await agent.WaitForAsync(Methods.VolumeCreate, 2);
        Assert.Equal(asked.Text("operationId"), cancel.Text("operationId"));
        Assert.True(cancel.Params.GetProperty("cancel").GetBoolean(), "A repeat without it would begin the change anew.");
        Assert.False(asked.Params.TryGetProperty("cancel", out _), "The change itself was wanted.");
    }

    [Fact]
    public async Task A_change_cancelled_before_it_was_ever_sent_is_not_sent()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();
        agent.Kill();
        await Failing.With(ConnectionFailure.Lost, () => session.PingAsync(timeout: TimeSpan.FromMilliseconds(100), cancellationToken: Token));
        using var cancellation = new CancellationTokenSource();

        await Failing.CancelledAtOnce(session.CreateVolumeAsync(Create, cancellationToken: cancellation.Token), cancellation.Cancel);
        agent.Restart();
        await session.PingAsync(cancellationToken: Token);

        Assert.DoesNotContain(agent.Received, static r => r.Method == Methods.VolumeCreate);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_who_waits_for_the_hosts_word_on_a_cancellation_hears_the_truth(bool wasDone)
    {
        FakeRequest? running = null;
        using FakeAgent agent = FakeAgent.Answering(async (connection, request) =>
        {
            running ??= request.Method == Methods.VolumeCreate ? request : null;
            if (request.Method == Methods.CancelRequest && wasDone)
            {
                await connection.AnswerAsync(running!, Answer);
            }
            else if (request.Method == Methods.CancelRequest)
            {
                await connection.SendAsync(FakeAnswers.Error(running!.Id, -32800, "RequestCancelled", "Cancelled."));
            }
        });
        using AgentSession session = await agent.ConnectAsync(new SessionOptions { CancelWait = TimeSpan.FromSeconds(20) });
        using var cancellation = new CancellationTokenSource();
        Task<Volume> waiting = session.CreateVolumeAsync(Create, cancellationToken: cancellation.Token);
        await agent.WaitForAsync(Methods.VolumeCreate);

        await cancellation.CancelAsync();

        if (wasDone)
        {
            Assert.Equal("db01@ssd1", (await waiting).Id);
        }
        else
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        Assert.Single(agent.Received, static r => r.Method == Methods.VolumeCreate);
    }

    [Fact]
    public async Task One_who_waits_for_the_hosts_word_in_vain_is_told_that_it_is_not_known()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(connection, static (_, _) => Task.CompletedTask));
        using AgentSession session = await agent.ConnectAsync(new SessionOptions { CancelWait = TimeSpan.FromMilliseconds(300) });
        using var cancellation = new CancellationTokenSource();
        Task<Volume> waiting = session.CreateVolumeAsync(Create, cancellationToken: cancellation.Token);
        await agent.WaitForAsync(Methods.VolumeCreate);
        agent.Kill();

        await cancellation.CancelAsync();

        ConnectionException e = await Failing.With(ConnectionFailure.Lost, () => waiting);
        Assert.Contains("whether it was done", e.Message, StringComparison.Ordinal);
        agent.Restart(static connection => FakeAgent.ServeAsync(
            connection, static (self, request) => self.SendAsync(FakeAnswers.Error(request.Id, -32800, "RequestCancelled", "Cancelled."))));
        FakeRequest cancel = await agent.WaitForAsync(Methods.VolumeCreate, 2);
        Assert.True(cancel.Params.GetProperty("cancel").GetBoolean(), "The host is told all the same.");
    }

    [Fact]
    public async Task A_change_is_never_asked_of_another_host_than_the_first()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(
            connection,
            static (self, _) =>
            {
                self.Close();
                return Task.CompletedTask;
            },
            connection.Number == 1 ? FakeAnswers.HostUuid : FakeAnswers.OtherHostUuid));
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ConnectionFailure.HostChanged, () => session.CreateVolumeAsync(Create, cancellationToken: Token));

        Assert.Single(agent.Received, static r => r.Method == Methods.VolumeCreate);
    }

    [Fact]
    public async Task A_volume_that_exists_comes_with_the_error()
    {
        const string More = $$""","target":"db01@ssd1","operationId":"o1","existing":{{Answer}}""";
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => connection.SendAsync(
            FakeAnswers.Error(request.Id, -32021, "VolumeAlreadyExists", "There is a volume 'db01@ssd1' already.", More)));
        using AgentSession session = await agent.ConnectAsync();

        AgentException e = await Failing.With(ErrorKind.VolumeAlreadyExists, () => session.CreateVolumeAsync(Create, cancellationToken: Token));

        Assert.Equal("db01@ssd1", e.Error.Target);
        Assert.Equal("o1", e.Error.OperationId);
        Assert.Equal(1 << 30, e.Error.Existing?.SizeBytes);
    }

    /// <summary>Writes down what it is told.</summary>
    private sealed class Heard(Action? then = null) : IProgress<WorkDoneValue>
    {
        private readonly ConcurrentQueue<string> _words = new();

        public string[] Words => [.. _words];

        public void Report(WorkDoneValue value)
        {
            _words.Enqueue($"{value.Kind} {value.Percentage} {value.Message}");
            then?.Invoke();
        }
    }
}
