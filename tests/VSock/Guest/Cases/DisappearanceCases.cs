using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.VSock;

/// <summary>One side is there, and the next moment it is not.</summary>
internal static class DisappearanceCases
{
    public static IEnumerable<Case> All(SharedWorld large)
    {
        yield return new Case("a guest that is killed while its request runs leaves nothing with the agent", KillWaitingGuestAsync);
        yield return new Case("a guest that reads nothing and is killed leaves nothing with the agent", () => KillSuspendedGuestAsync(large.World));
        yield return new Case("an agent that is killed wakes all who wait for it, with the reason", KillAgentAsync);
    }

    private static async Task<string?> KillWaitingGuestAsync()
    {
        using World world = World.Start(firstPort: 3019, machines: 2, QuickVsish.Install);
        await using AgentSession witness = await world.ConnectAsync(1);
        ProcessFootprint before = world.Agent.Footprint;
        world.Host.SetFaults(HostFault.Hangs("esxcli", "*storage filesystem list*"));
        using var guest = GuestProcess.Start(Roles.Wait, world.EndpointOf().ToString());
        await guest.MustSayAsync(Roles.Asked);
        Eventually.Holds("the tool runs that the guest waits for", () => world.Agent.Footprint.Children == 1);
        return await KillAsync(guest, world, before, witness);
    }

    private static async Task<string?> KillSuspendedGuestAsync(World world)
    {
        await using AgentSession witness = await world.ConnectAsync(1);

        // Threads that answer requests stay for some seconds. So many are there before, too.
        await Task.WhenAll(Enumerable.Range(0, Roles.AtOnce).Select(_ => witness.SendAsync(RpcMethods.HostDatastores, new ListParams())));
        ProcessFootprint before = world.Agent.Footprint;
        long own = (await witness.GetStatusAsync()).Counters!.RunningRequests;
        using var guest = GuestProcess.Start(Roles.AskWithoutEnd, world.EndpointOf().ToString());
        await guest.MustSayAsync(Roles.Asked);
        await SentAsync(witness, more: 2 << 20);
        guest.Suspend();

        // Answers to what was asked go on until the buffers are full: there the agent stands.
        AgentCounters last = (await witness.GetStatusAsync()).Counters!;
        for (bool isMoving = true; isMoving;)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.5));
            AgentCounters now = (await witness.GetStatusAsync()).Counters!;
            isMoving = now.ToolsStarted != last.ToolsStarted || now.RunningRequests != last.RunningRequests;
            last = now;
        }

        Expect.That(last.RunningRequests > own, $"the agent stands with answers that the guest does not take; {last.RunningRequests} run, {own} without it");
        return await KillAsync(guest, world, before, witness);
    }

    /// <summary>Waits until the agent has sent so many bytes more.</summary>
    private static async Task SentAsync(AgentSession witness, long more)
    {
        long before = (await witness.GetStatusAsync()).Counters!.BytesSent;
        while ((await witness.GetStatusAsync()).Counters!.BytesSent < before + more)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    private static async Task<string?> KillAsync(GuestProcess guest, World world, ProcessFootprint before, AgentSession witness)
    {
        long started = Stopwatch.GetTimestamp();
        guest.Kill();
        world.MustShrinkTo(before);
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        await witness.PingAsync();
        return FormattableString.Invariant($"after {took.TotalSeconds:0.00} s");
    }

    private static async Task<string?> KillAgentAsync()
    {
        const int Waiting = 5;
        using World world = World.Start(firstPort: 3019, prepare: QuickVsish.Install);
        world.Host.SetFaults(HostFault.Hangs("esxcli", "*storage filesystem list*"));
        await using AgentSession session = await world.ConnectAsync(reconnect: false);
        Task<ConnectionException>[] all =
        [
            .. Enumerable.Range(0, Waiting).Select(_ => Expect.FailureAsync(
                ConnectionFailure.Lost, () => session.SendAsync(RpcMethods.HostDatastores, new ListParams()))),
        ];
        Eventually.Holds("the tools run that the requests wait for", () => world.Agent.Footprint.Children == Waiting);
        Expect.That(!all.Any(one => one.IsCompleted), "every request waits");
        long started = Stopwatch.GetTimestamp();
        world.Agent.Kill();
        ConnectionException[] reasons = await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(5));
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        foreach (ConnectionException reason in reasons)
        {
            Expect.Contains($"The connection to '{session.Endpoint}' was lost: ", reason.Message);
        }

        Expect.Equal(SessionState.Broken, session.State, "the session's state");
        return FormattableString.Invariant($"after {took.TotalMilliseconds:0} ms: {reasons[0].Message}");
    }
}
