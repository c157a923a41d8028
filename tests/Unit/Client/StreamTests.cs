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

/// <summary>Listings: in batches, in pages, cut off, abandoned.</summary>
public sealed class StreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batches_arrive_in_order_and_the_result_brings_the_rest()
    {
        using FakeAgent agent = FakeAgent.Answering(static async (connection, request) =>
        {
            await BatchAsync(connection, request, 0, 3);
            await BatchAsync(connection, request, 3, 0);
            await BatchAsync(connection, request, 3, 2);
            await connection.AnswerAsync(request, FakeAnswers.Datastores(5, 1));
        });
        using AgentSession session = await agent.ConnectAsync();

        Assert.Equal(Names(0, 6), await NamesAsync(session.GetDatastoresAsync(Token)));
    }

    [Fact]
    public async Task An_agent_without_batches_is_asked_page_by_page()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => connection.AnswerAsync(request, request.Text("cursor") switch
        {
            null => FakeAnswers.Datastores(0, 2, "after1"),
            "after1" => FakeAnswers.Datastores(2, 2, "after3"),
            _ => FakeAnswers.Datastores(4, 1),
        }));
        using AgentSession session = await agent.ConnectAsync();

        Assert.Equal(Names(0, 5), await NamesAsync(session.GetDatastoresAsync(Token)));
        Assert.Equal([null, "after1", "after3"], Lists(agent).Select(static r => r.Text("cursor")));
        Assert.All(Lists(agent), static r => Assert.NotNull(r.Text("partialResultToken")));
    }

    [Fact]
    public async Task A_listing_that_goes_round_in_a_circle_ends()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => connection.AnswerAsync(request, FakeAnswers.Datastores(0, 1, "again")));
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ConnectionFailure.NotAnAgent, () => NamesAsync(session.GetDatastoresAsync(Token)));
    }

    [Fact]
    public async Task Items_are_handed_out_before_the_listing_is_complete()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => BatchAsync(connection, request, 0, 2));
        using AgentSession session = await agent.ConnectAsync();

        await using IAsyncEnumerator<Datastore> items = session.GetDatastoresAsync(Token).GetAsyncEnumerator(Token);

        Assert.True(await items.MoveNextAsync());
        Assert.Equal("ds0", items.Current.Name);
    }

    [Fact]
    public async Task Two_listings_at_the_same_time_do_not_mix()
    {
        using FakeAgent agent = FakeAgent.Start(static async connection =>
        {
            await connection.ShakeHandsAsync();
            FakeRequest one = (await connection.ReadAsync())!;
            FakeRequest two = (await connection.ReadAsync())!;
            for (int i = 0; i < 20; i++)
            {
                await BatchAsync(connection, one, i, 1);
                await BatchAsync(connection, two, 100 + i, 1);
            }

            await connection.AnswerAsync(two, FakeAnswers.Datastores(0, 0));
            await connection.AnswerAsync(one, FakeAnswers.Datastores(0, 0));
            await connection.ReadAsync();
        });
        using AgentSession session = await agent.ConnectAsync();

        Task<List<string?>> first = NamesAsync(session.GetDatastoresAsync(Token));
        Task<List<string?>> second = NamesAsync(session.GetDatastoresAsync(Token));
        List<string?>[] both = await Task.WhenAll(first, second);

        Assert.Contains(both, names => names.SequenceEqual(Names(0, 20)));
        Assert.Contains(both, names => names.SequenceEqual(Names(100, 20)));
    }

    [Fact]
    public async Task A_slow_consumer_holds_up_nobody_else()
    {
        using FakeAgent agent = FakeAgent.Answering(static async (connection, request) =>
        {
            for (int i = 0; request.Method == Methods.HostDatastores && i < 300; i++)
            {
                await BatchAsync(connection, request, i, 1);
            }

            await connection.AnswerAsync(request, FakeAnswers.Datastores(0, 0));
        });
        using AgentSession session = await agent.ConnectAsync();
        await using IAsyncEnumerator<Datastore> items = session.GetDatastoresAsync(Token).GetAsyncEnumerator(Token);
        Assert.True(await items.MoveNextAsync());

        await session.PingAsync(cancellationToken: Token);

        int taken = 1;
        while (await items.MoveNextAsync())
        {
            taken++;
        }

        Assert.Equal(300, taken);
    }

    [Fact]
    public async Task A_consumer_that_is_too_slow_gets_what_was_kept_and_then_the_reason()
    {
        using FakeAgent agent = FakeAgent.Answering(static async (connection, request) =>
        {
            for (int i = 0; request.Method == Methods.HostDatastores && i < 600; i++)
            {
                await BatchAsync(connection, request, i, 1);
            }

            if (request.Id is not null)
            {
                await connection.AnswerAsync(request, FakeAnswers.Datastores(0, 0));
            }
        });
        using AgentSession session = await agent.ConnectAsync();
        await using IAsyncEnumerator<Datastore> items = session.GetDatastoresAsync(Token).GetAsyncEnumerator(Token);
        Assert.True(await items.MoveNextAsync());
        await agent.WaitForAsync(Methods.CancelRequest);

        int taken = 1;
        await Failing.With(ErrorKind.TooBusy, async () =>
        {
            for (; await items.MoveNextAsync(); taken++)
            {
                Assert.Equal($"ds{taken}", items.Current.Name);
            }
        });

        Assert.InRange(taken, 512, 520);
        await session.PingAsync(cancellationToken: Token);
        Assert.Equal(1, agent.Connections);
    }

    [Fact]
    public async Task Leaving_early_cancels_on_the_host()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => BatchAsync(connection, request, 0, 2));
        using AgentSession session = await agent.ConnectAsync();

        await foreach (Datastore datastore in session.GetDatastoresAsync(Token))
        {
            Assert.Equal("ds0", datastore.Name);
            break;
        }

        FakeRequest cancel = await agent.WaitForAsync(Methods.CancelRequest);
        Assert.Equal(Lists(agent).Single().Id, cancel.Params.GetProperty("id").GetRawText());
    }

    [Fact]
    public async Task A_cancelled_listing_ends_at_once()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => request.Id is null ? Task.CompletedTask : BatchAsync(connection, request, 0, 2));
        using AgentSession session = await agent.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        Task<List<string?>> listing = NamesAsync(session.GetDatastoresAsync(cancellation.Token));
        await agent.WaitForAsync(Methods.HostDatastores);

        await Failing.CancelledAtOnce(listing, cancellation.Cancel);

        await agent.WaitForAsync(Methods.CancelRequest);
    }

    [Fact]
    public async Task A_listing_that_was_cut_off_goes_on_without_repeating_items()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(connection, static async (self, request) =>
        {
            await BatchAsync(self, request, 0, self.Number == 1 ? 3 : 5);
            if (self.Number == 1)
            {
                self.Close();
                return;
            }

            await self.AnswerAsync(request, FakeAnswers.Datastores(5, 1));
        }));
        using AgentSession session = await agent.ConnectAsync();

        Assert.Equal(Names(0, 6), await NamesAsync(session.GetDatastoresAsync(Token)));
        Assert.Equal(2, agent.Connections);
    }

    [Fact]
    public async Task A_listing_whose_items_cannot_be_told_apart_is_lost_when_it_is_cut_off()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(connection, static async (self, request) =>
        {
            await BatchAsync(self, request, 0, 1);
            self.Close();
        }));
        using AgentSession session = await agent.ConnectAsync();
        var names = new List<string?>();

        await Failing.With(ConnectionFailure.Lost, async () =>
        {
            await foreach (Datastore item in session.StreamAsync(TestMethods.KeylessList, new ListParams(), null, Token))
            {
                names.Add(item.Name);
            }
        });

        Assert.Equal(Names(0, 1), names);
    }

    [Fact]
    public async Task A_listing_that_was_cut_off_before_its_first_item_is_asked_again()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(connection, static (self, request) =>
        {
            if (self.Number > 1)
            {
                return self.AnswerAsync(request, FakeAnswers.Datastores(0, 2));
            }

            self.Close();
            return Task.CompletedTask;
        }));
        using AgentSession session = await agent.ConnectAsync();

        Assert.Equal(Names(0, 2), await NamesAsync(session.StreamAsync(TestMethods.KeylessList, new ListParams(), null, Token)));
    }

    [Fact]
    public async Task An_error_in_the_middle_comes_after_the_items_before_it()
    {
        using FakeAgent agent = FakeAgent.Answering(static async (connection, request) =>
        {
            await BatchAsync(connection, request, 0, 2);
            await connection.SendAsync(FakeAnswers.Error(request.Id, -32030, "ToolFailed", "The tool failed."));
        });
        using AgentSession session = await agent.ConnectAsync();
        var names = new List<string?>();

        await Failing.With(ErrorKind.ToolFailed, async () =>
        {
            await foreach (Datastore item in session.GetDatastoresAsync(Token))
            {
                names.Add(item.Name);
            }
        });

        Assert.Equal(Names(0, 2), names);
    }

    [Theory]
    [InlineData("17")]
    [InlineData("""{"items":17}""")]
    [InlineData("""{"items":[{"capacityBytes":"much"}]}""")]
    public async Task A_batch_of_another_type_fails_the_listing_alone(string batch)
    {
        using FakeAgent agent = FakeAgent.Answering(async (connection, request) =>
        {
            if (request.Method == Methods.HostDatastores)
            {
                await connection.SendAsync(FakeAnswers.Progress(request.Text("partialResultToken")!, batch));
            }
            else if (request.Id is not null)
            {
                await connection.AnswerAsync(request, "{}");
            }
        });
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ConnectionFailure.NotAnAgent, () => NamesAsync(session.GetDatastoresAsync(Token)));
        await session.PingAsync(cancellationToken: Token);

        Assert.Equal(1, agent.Connections);
    }

    [Fact]
    public async Task Items_of_null_are_no_items()
    {
        using FakeAgent agent = FakeAgent.Answering(static async (connection, request) =>
        {
            await connection.SendAsync(FakeAnswers.Progress(request.Text("partialResultToken")!, """{"items":null}"""));
            await connection.AnswerAsync(request, """{"items":null,"nextCursor":null}""");
        });
        using AgentSession session = await agent.ConnectAsync();

        Assert.Empty(await NamesAsync(session.GetDatastoresAsync(Token)));
    }

    private static Task BatchAsync(FakeConnection connection, FakeRequest request, int first, int count) =>
        connection.SendAsync(FakeAnswers.Progress(request.Text("partialResultToken")!, FakeAnswers.Datastores(first, count)));

    private static IEnumerable<FakeRequest> Lists(FakeAgent agent) => agent.Received.Where(static r => r.Method == Methods.HostDatastores);

    private static IEnumerable<string?> Names(int first, int count) => Enumerable.Range(first, count).Select(static i => $"ds{i}");

    private static async Task<List<string?>> NamesAsync(IAsyncEnumerable<Datastore> datastores)
    {
        var names = new List<string?>();
        await foreach (Datastore datastore in datastores)
        {
            names.Add(datastore.Name);
        }

        return names;
    }
}
