using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Tests.VSock;

/// <summary>The ordinary way: connect, shake hands, ask.</summary>
internal static class HandshakeCases
{
    public static IEnumerable<Case> All(SharedWorld shared)
    {
        yield return new Case("handshake with vsock:1:1019", () => ShakeHandsAsync(shared.World, VSockAddress.LocalContextId));
        yield return new Case("handshake with vsock:2:1019", () => ShakeHandsAsync(shared.World, VSockAddress.HostContextId));
        yield return new Case("each answer over a vSocket equals the one over a Unix socket", () => CompareAsync(shared.World));
        yield return new Case("two VMs at two ports are two callers", async () =>
        {
            await using AgentSession first = await shared.World.ConnectAsync(0);
            await using AgentSession second = await shared.World.ConnectAsync(1);
            Expect.Equal(shared.World.Machines[0].BiosUuid, (await first.GetVirtualMachineAsync()).BiosUuid, "the first VM's BIOS uuid");
            Expect.Equal(shared.World.Machines[1].BiosUuid, (await second.GetVirtualMachineAsync()).BiosUuid, "the second VM's BIOS uuid");
        });
        yield return new Case("round trip of a ping", async () =>
        {
            await using AgentSession session = await shared.World.ConnectAsync();
            LatencyResult latency = await LatencyMeasurement.RunAsync(session, 500);
            return FormattableString.Invariant($"p50 {latency.Median.TotalMicroseconds:0} us, p99 {latency.P99.TotalMicroseconds:0} us");
        });
    }

    private static async Task ShakeHandsAsync(World world, uint contextId)
    {
        await using AgentSession session = await AgentSession.ConnectAsync(world.EndpointOf(0, contextId), World.Patient);
        InitializeResult agent = session.Agent;
        Expect.Equal(1, agent.ProtocolVersion, "the protocol version");
        Expect.Equal("esx01.lab.example", agent.Host?.HostName, "the host's name");
        Expect.Equal(world.Machines[0].Name, agent.Peer?.Name, "who is calling");
        Expect.Equal(VSockAddress.LocalContextId, agent.Peer?.ContextId, "the caller's context id");

        // No hypervisor has named the VM: the listener has.
        Expect.Equal("local", agent.Peer?.Kind, "where the identity comes from");
        await session.PingAsync();
    }

    private static async Task CompareAsync(World world)
    {
        await using AgentSession unix = await AgentSession.ConnectAsync(Endpoint.Parse(world.UnixEndpoint), World.Patient);
        await using AgentSession vsock = await world.ConnectAsync();
        HostInfo expected = await unix.GetHostInfoAsync();
        HostInfo actual = await vsock.GetHostInfoAsync();
        long? passed = actual.UptimeSeconds - expected.UptimeSeconds;
        Expect.That(passed is >= 0 and < 60, $"the uptime goes on from {expected.UptimeSeconds} to {actual.UptimeSeconds}");
        Expect.Equal(TextOf(expected), TextOf(actual), "host/info");
        Expect.Equal(await DatastoresAsync(unix), await DatastoresAsync(vsock), "host/datastores");
        VirtualMachine overUnix = await unix.GetVirtualMachineAsync();
        Expect.Equal(TextOf(overUnix with { ContextId = VSockAddress.LocalContextId }), TextOf(await vsock.GetVirtualMachineAsync()), "vm/self");
    }

    private static string TextOf(HostInfo info) => JsonSerializer.Serialize(info with { UptimeSeconds = null }, ProtocolJson.Default.HostInfo);

    private static string TextOf(VirtualMachine vm) => JsonSerializer.Serialize(vm, ProtocolJson.Default.VirtualMachine);

    private static async Task<string> DatastoresAsync(AgentSession session) =>
        string.Join('\n', await session.GetDatastoresAsync().Select(one => one.ToString()).ToListAsync());
}
