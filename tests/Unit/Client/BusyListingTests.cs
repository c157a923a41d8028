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

/// <summary>Listings that the agent has no place for at the moment.</summary>
public sealed class BusyListingTests
{
    private static readonly RequestOptions Patient = new() { BusyPatience = TimeSpan.FromSeconds(20) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_listing_is_asked_again_where_the_caller_is_patient()
    {
        using FakeAgent agent = BusyFor(3);
        using AgentSession session = await agent.ConnectAsync();

        Assert.Equal(["ds0", "ds1"], await NamesAsync(session, Patient));
        Assert.Equal(4, Lists(agent));
    }

    [Fact]
    public async Task A_page_that_is_refused_is_asked_again_and_nothing_comes_twice()
    {
        int calls = 0;
        using FakeAgent agent = FakeAgent.Answering((connection, request) => (request.Text("cursor"), ++calls) switch
        {
            (null, _) => connection.AnswerAsync(request, FakeAnswers.Datastores(0, 2, "after1")),
            (_, < 4) => connection.SendAsync(TooBusy(request)),
            _ => connection.AnswerAsync(request, FakeAnswers.Datastores(2, 1)),
        });
        using AgentSession session = await agent.ConnectAsync();

        Assert.Equal(["ds0", "ds1", "ds2"], await NamesAsync(session, Patient));
    }

    [Fact]
    public async Task Without_patience_a_refusal_is_the_error()
    {
        using FakeAgent agent = BusyFor(1);
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ErrorKind.TooBusy, () => NamesAsync(session, new RequestOptions { BusyPatience = TimeSpan.Zero }));
        Assert.Equal(1, Lists(agent));
    }

    [Fact]
    public async Task Patience_has_an_end()
    {
        using FakeAgent agent = BusyFor(int.MaxValue);
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ErrorKind.TooBusy, () => NamesAsync(session, new RequestOptions { BusyPatience = TimeSpan.FromMilliseconds(200) }));
        Assert.InRange(Lists(agent), 2, 12);
    }

    [Fact]
    public async Task A_refusal_after_items_of_the_page_is_the_error()
    {
        using FakeAgent agent = FakeAgent.Answering(static async (connection, request) =>
        {
            await connection.SendAsync(FakeAnswers.Progress(request.Text("partialResultToken")!, FakeAnswers.Datastores(0, 1)));
            await connection.SendAsync(TooBusy(request));
        });
        using AgentSession session = await agent.ConnectAsync();

        await Failing.With(ErrorKind.TooBusy, () => NamesAsync(session, Patient));
    }

    [Fact]
    public async Task A_wait_for_a_place_is_cancelled_at_once()
    {
        using FakeAgent agent = BusyFor(int.MaxValue);
        using AgentSession session = await agent.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        Task<List<string?>> listing = NamesAsync(session, Patient, cancellation.Token);
        await agent.WaitForAsync(Methods.HostDatastores);

        await Failing.CancelledAtOnce(listing, cancellation.Cancel);
    }

    private static FakeAgent BusyFor(int times)
    {
        int calls = 0;
        return FakeAgent.Answering((connection, request) => request.Id is null ? Task.CompletedTask
            : ++calls <= times ? connection.SendAsync(TooBusy(request))
            : connection.AnswerAsync(request, FakeAnswers.Datastores(0, 2)));
    }

    private static string TooBusy(FakeRequest request) =>
        FakeAnswers.Error(request.Id, -32040, "TooBusy", "No place.", ",\"retryable\":true,\"retryAfterMs\":1000");

    private static int Lists(FakeAgent agent) => agent.Received.Count(static request => request.Method == Methods.HostDatastores);

    private static async Task<List<string?>> NamesAsync(AgentSession session, RequestOptions? options, CancellationToken? token = null)
    {
        var names = new List<string?>();
        await foreach (Datastore item in session.StreamAsync(RpcMethods.HostDatastores, new ListParams(), options, token ?? Token))
        {
            names.Add(item.Name);
        }

        return names;
    }
}
