using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.VSock;

/// <summary>The agent goes away and comes back, and the session stays.</summary>
internal static class ReconnectCases
{
    public static IEnumerable<Case> All()
    {
        yield return new Case("a session goes on after its agent was killed and started again", () => GoOnAsync(world => world.ReplaceAgent()));
        yield return new Case("a session goes on after its agent was ended in order and started again", () => GoOnAsync(world =>
        {
            Expect.Equal(0, world.Agent.Stop(), "the agent's exit status");
            world.StartAgent();
        }));
        yield return new Case("a request that ran when the agent was killed is answered by the next agent", async () =>
        {
            using World world = World.Start(firstPort: 3019, prepare: QuickVsish.Install);
            await using AgentSession session = await world.ConnectAsync();
            world.Host.SetFaults(HostFault.Hangs("esxcli", "*storage filesystem list*"));
            Task<ListResult<Datastore>> page = session.SendAsync(RpcMethods.HostDatastores, new ListParams());
            Eventually.Holds("the tool runs that the request waits for", () => world.Agent.Footprint.Children == 1);
            world.Agent.Kill();
            Eventually.Holds("the session has noticed", () => session.State == SessionState.Reconnecting);
            world.Host.SetFaults();
            world.StartAgent();
            Expect.Equal(2, (await page).Items.Count, "the number of datastores");
        });
    }

    private static async Task GoOnAsync(Action<World> replace)
    {
        using World world = World.Start(firstPort: 3019, prepare: QuickVsish.Install);
        await using AgentSession session = await world.ConnectAsync();
        DateTime? before = (await session.GetStatusAsync()).StartTime;
        replace(world);
        Expect.That((await session.GetStatusAsync()).StartTime > before, "another agent answers");
        Expect.Equal("esx01.lab.example", (await session.GetHostInfoAsync()).HostName, "the host's name");
        Expect.Equal(SessionState.Open, session.State, "the session's state");
        Expect.That(!session.HostHasChanged, "the host is the same");
    }
}
