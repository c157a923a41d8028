using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.VSock;

/// <summary>Two hundred connections, one after the other and all at once.</summary>
internal static class ManyConnectionsCases
{
    private const int Connections = 200;

    /// <summary>What the agent allows a VM.</summary>
    private const int OfOneVm = 16;

    /// <summary>VMs that so many connections need.</summary>
    public const int Machines = (Connections + OfOneVm - 1) / OfOneVm;

    public static IEnumerable<Case> All(SharedWorld wide)
    {
        yield return new Case($"{Connections} connections in a row, and nothing is left of them", () => InARowAsync(wide.World));
        yield return new Case($"{Connections} connections at once, {OfOneVm} a VM and no more, and nothing is left of them", () => AtOnceAsync(wide.World));
    }

    private static async Task<string?> InARowAsync(World world)
    {
        await using AgentSession witness = await world.ConnectAsync(1);
        long accepted = (await witness.GetStatusAsync()).Counters!.Connections;
        ProcessFootprint before = world.Agent.Footprint;
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < Connections; i++)
        {
            await using AgentSession session = await world.ConnectAsync();
            await session.PingAsync();
        }

        TimeSpan took = Stopwatch.GetElapsedTime(started);
        Expect.Equal(accepted + Connections, (await witness.GetStatusAsync()).Counters!.Connections, "connections that the agent has counted");
        world.MustShrinkTo(before);
        return FormattableString.Invariant($"{took.TotalMilliseconds / Connections:0.0} ms each");
    }

    private static async Task<string?> AtOnceAsync(World world)
    {
        // A connection before, so that what the agent keeps of its first use is there already.
        await (await world.ConnectAsync()).CloseAsync();
        ProcessFootprint before = world.Agent.Footprint;
        long started = Stopwatch.GetTimestamp();
        // A VM after the other: two hundred handshakes at once would take some of them longer than the 5 s that the agent gives.
        List<AgentSession> sessions = [];
        foreach (int[] vm in Enumerable.Range(0, Connections).Select(i => i / OfOneVm).Chunk(OfOneVm))
        {
            sessions.AddRange(await Task.WhenAll(vm.Select(number => world.ConnectAsync(number))));
        }

        TimeSpan took = Stopwatch.GetElapsedTime(started);
        await Task.WhenAll(sessions.Select(session => session.PingAsync()));
        Expect.Equal((long)Connections, (await sessions[0].GetStatusAsync()).Counters!.OpenConnections, "open connections");

        ConnectionException refused = await Expect.FailureAsync(ConnectionFailure.Refused, () => world.ConnectAsync(0));
        Expect.Equal(ErrorKind.TooBusy.Name, (refused.InnerException as AgentException)?.Kind.Name, $"why one more of a VM is refused");
        await Task.WhenAll(sessions.Select(session => session.CloseAsync()));
        world.MustShrinkTo(before);
        return FormattableString.Invariant($"open after {took.TotalSeconds:0.0} s");
    }
}
