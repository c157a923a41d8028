using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>Failures that nobody waits for any more must not come up anywhere else.</summary>
public sealed class UnobservedTests
{
    [Fact]
    public async Task Nothing_that_fails_behind_a_callers_back_is_left_unobserved()
    {
        var seen = new ConcurrentQueue<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> listener = (_, e) => seen.Enqueue(e.Exception);
        TaskScheduler.UnobservedTaskException += listener;
        try
        {
            await LeaveAsync();
            for (int i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= listener;
        }

        Assert.DoesNotContain(seen, static e => e.ToString().Contains("EsxAgent.Client", StringComparison.Ordinal));
    }

    private static async Task LeaveAsync()
    {
        CancellationToken token = TestContext.Current.CancellationToken;

        // A handshake overtaken by its deadline, then the end of the connection.
        using (FakeAgent silent = FakeAgent.Start(static _ => Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken)))
        {
            await Failing.With(ConnectionFailure.Silent, () => silent.ConnectAsync(new SessionOptions { ConnectTimeout = TimeSpan.FromMilliseconds(50) }));
        }

        // A listing left early, which then fails; a cancelled request whose connection then fails; an end without an answer.
        using FakeAgent agent = FakeAgent.Answering(static async (connection, request) =>
        {
            if (request.Method == Methods.HostDatastores)
            {
                await connection.SendAsync(FakeAnswers.Progress(request.Text("partialResultToken")!, FakeAnswers.Datastores(0, 2)));
                await connection.SendAsync(FakeAnswers.Error(request.Id, -32030, "ToolFailed", "The tool failed."));
            }
        });
        AgentSession session = await agent.ConnectAsync();
        await foreach (Datastore item in session.GetDatastoresAsync(token))
        {
            await Task.Delay(50, token);
            break;
        }

        using var cancellation = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.PingAsync(cancellationToken: cancellation.Token));
        await session.CloseAsync(cancellation.Token);
        agent.Kill();
    }
}
