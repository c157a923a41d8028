using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Hostile;

/// <summary>What one VM may take of the agent, as a guest sees it that wants more.</summary>
public sealed class LimitTests : IDisposable
{
    private const int MiB = 1 << 20;
    private const int ConnectionsOfVm = 16;
    private const int RequestsPerSecond = 200;
    private const int ChangesPerMinute = 50;

    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(2);

    /// <summary>The first VM has the usual limits.</summary>
    private readonly World _world = World.Start(prepare: host => host.SetPolicy(Policies.AllowEverything(hostile: host.Machines[0].Name, rates: 10_000)));

    private readonly List<WireConnection> _connections = [];

    [Fact]
    public void A_connection_more_than_a_VM_may_have_is_refused_at_once_and_another_VM_gets_in()
    {
        Connect(ConnectionsOfVm);
        WireConnection more = Connect(1);

        more.Receive(s_soon).MustFail("TooBusy", -32040, "null");
        more.MustEnd(s_soon);
        using WireConnection other = _world.Guest(1);
        Assert.NotNull(other.Call("vm/self").Result);
    }

    [Fact]
    public void A_place_is_free_again_when_its_connection_has_ended()
    {
        Connect(ConnectionsOfVm);
        _connections[0].Dispose();

        Eventually.Holds("a new connection is taken", () => Connect(1).IsSilentFor(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void Silent_connections_are_ended_after_their_five_seconds()
    {
        Connect(ConnectionsOfVm);

        Assert.All(_connections, connection => connection.MustEnd(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Messages_beyond_the_rate_are_refused_with_a_time_to_wait_and_each_is_answered()
    {
        const int Sent = 3 * RequestsPerSecond;
        using WireConnection guest = _world.Guest();
        guest.Send(Encoding.UTF8.GetString([.. Enumerable.Range(0, Sent).SelectMany(i => Frame.Of(Frame.Request($"{i}", "$/ping")))]));

        WireMessage[] answers = [.. Enumerable.Range(0, Sent).Select(_ => guest.Receive(TimeSpan.FromSeconds(30)))];

        WireMessage[] refused = [.. answers.Where(answer => answer.ErrorKind == "TooBusy")];
        Assert.True(answers.Length - refused.Length >= RequestsPerSecond, $"only {answers.Length - refused.Length} of {Sent} messages were served");
        Assert.All(refused, answer => Assert.InRange(answer.Json["error"]!["data"]!["retryAfterMs"]!.GetValue<int>(), 1, 60_000));
        Assert.Equal(Enumerable.Range(0, Sent).Select(i => $"{i}").Order(), answers.Select(answer => answer.Id!).Order());
        Assert.NotEmpty(refused);
    }

    [Fact]
    public void Messages_of_many_connections_share_one_rate()
    {
        const int Connections = 8;
        const int Each = 200;
        WireConnection[] guests = [.. Enumerable.Range(0, Connections).Select(_ => _world.Guest())];
        _connections.AddRange(guests);
        long started = Stopwatch.GetTimestamp();
        byte[] burst = [.. Enumerable.Range(0, Each).SelectMany(i => Frame.Of(Frame.Request($"{i}", "$/ping")))];
        Array.ForEach(guests, guest => guest.Send(burst));

        int served = guests.Sum(guest => Enumerable.Range(0, Each).Count(_ => guest.Receive(TimeSpan.FromSeconds(60)).ErrorKind is null));

        double allowed = RequestsPerSecond * (1 + Stopwatch.GetElapsedTime(started).TotalSeconds);
        Assert.InRange(served, RequestsPerSecond / 2, (int)allowed + ConnectionsOfVm);
    }

    [Fact]
    public void Changes_beyond_the_rate_are_refused_and_reads_go_on()
    {
        using WireConnection guest = _world.Guest();
        string[] kinds =
        [
            .. Enumerable.Range(0, ChangesPerMinute + 20)
                .Select(i => guest.Call("volume/remove", $$"""{"operationId":"op-{{i}}","name":"none"}""").ErrorKind ?? "done"),
        ];

        Assert.InRange(kinds.Count(kind => kind == "done"), ChangesPerMinute, ChangesPerMinute + 10);
        Assert.Equal(["TooBusy"], kinds.Where(kind => kind != "done").Distinct());
        Assert.NotNull(guest.Call("volume/list", "{}").Result);
    }

    [Fact]
    public void Before_the_handshake_a_body_of_64_KiB_is_the_largest()
    {
        WireConnection guest = Connect(1);
        guest.Send(Frame.Of(Frame.PingOfBytes(1, 64 << 10))).Receive().MustFail("ServerNotInitialized", -32002, "1");
        guest.Send(Frame.Of(Frame.PingOfBytes(2, (64 << 10) + 1))).Receive().MustFail("FrameTooLarge", -32600, "null");

        Assert.NotNull(guest.Initialize().Result);
        Assert.NotNull(guest.Send(Frame.Of(Frame.PingOfBytes(3, MiB))).Receive().Result);
    }

    [Fact]
    public void Large_bodies_held_back_by_their_last_byte_take_a_part_of_the_memory_and_no_other_VMs()
    {
        const int OfVm = 2 * MiB;
        const int Rest = 4 * MiB;
        _connections.AddRange(Enumerable.Range(0, ConnectionsOfVm).Select(_ => _world.Guest()));
        byte[] held = [.. Frame.Header(MiB), .. new byte[MiB - 1]];
        long before = AgentMemory.PrivateBytesOf(_world.Agent.Id);
        foreach (WireConnection connection in _connections)
        {
            for (int sent = 0, more; sent < held.Length && (more = connection.SendWhatFits(held[sent..])) > 0; sent += more)
            {
            }
        }

        Eventually.Holds("what was sent has arrived", () => AgentMemory.PrivateBytesOf(_world.Agent.Id) > before + MiB);
        using WireConnection other = _world.Guest(1);
        for (int i = 0; i < 20; i++)
        {
            Assert.NotNull(other.Send(Frame.Of(Frame.PingOfBytes(i, MiB))).Receive(s_soon).Result);
        }

        Assert.InRange(AgentMemory.PrivateBytesOf(_world.Agent.Id) - before, 0, OfVm + MiB + Rest + (6 * MiB));
    }

    [Fact]
    public void The_places_of_all_VMs_together_are_512()
    {
        const int Places = 512;
        string[] names = [.. Enumerable.Range(0, (Places / ConnectionsOfVm) + 1).Select(i => $"vm{i}")];
        using World world = World.Start(machines: names);
        var connections = new List<WireConnection>();
        try
        {
            for (int i = 0; i < Places; i++)
            {
                connections.Add(world.Connect(i / ConnectionsOfVm));
            }

            // The last one is accepted after all before it.
            connections[^1].SendFrame(Frame.Request("1", "vm/self")).Receive().MustFail("ServerNotInitialized", -32002, "1");
            using WireConnection more = world.Connect(names.Length - 1);
            more.Receive(s_soon).MustFail("TooBusy", -32040, "null");
            more.MustEnd(s_soon);
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }

        Eventually.Holds("there are places again", () => world.Agent.Footprint.Descriptors < 60);
        using WireConnection late = world.Guest(names.Length - 1);
        Assert.NotNull(late.Call("vm/self").Result);
    }

    public void Dispose()
    {
        _connections.ForEach(connection => connection.Dispose());
        _world.Dispose();
    }

    /// <summary>Connects the first VM so often, and says nothing.</summary>
    /// <returns>The last connection.</returns>
    private WireConnection Connect(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _connections.Add(_world.Connect());
        }

        return _connections[^1];
    }
}
