using System.Collections.Generic;
using System.Threading.Tasks;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Tests.VSock;

/// <summary>What this kernel's vSockets lack beside those of ESXi, and what the agent makes of it.</summary>
internal static class OptionCases
{
    private const uint FreePort = 1998;
    private const int ENOPROTOOPT = 92;

    private const int BufferSize = 0;
    private const int PeerHostVmId = 3;
    private const int Trusted = 5;

    public static IEnumerable<Case> All(SharedWorld shared)
    {
        yield return new Case("this kernel names no VM (option 3) and trusts nobody (option 5): the listener's own name for the caller stands", () =>
        {
            using RawVSocket listener = RawVSocket.Listen(FreePort);
            using RawVSocket client = RawVSocket.Open();
            Expect.Equal(0, client.Connect(VSockAddress.HostContextId, FreePort), "errno of connect");
            (RawVSocket accepted, _, _) = listener.Accept();
            using (accepted)
            {
                Expect.Equal(0, accepted.AskOption(BufferSize), "errno of the buffer size");
                Expect.Equal(ENOPROTOOPT, accepted.AskOption(PeerHostVmId), "errno of the peer's VM");
                Expect.Equal(ENOPROTOOPT, accepted.AskOption(Trusted), "errno of trusted");
            }

            return Task.CompletedTask;
        });
        yield return new Case("'esxagent check' names the family and how it was found, and says that this kernel has neither option", () =>
        {
            IReadOnlyDictionary<string, string> check = HostCheck.Run();
            Expect.Equal("ok: address family 40, from a socket of AF_VSOCK (40)", check["vSockets"], "the family");
            Expect.Contains("note: ENOPROTOOPT", check["vSockets option 3 (peer's cartel id)"]);
            Expect.Contains("note: ENOPROTOOPT", check["vSockets option 5 (trusted)"]);
            return Task.CompletedTask;
        });
        yield return new Case("the agent reports where it listens", async () =>
        {
            await using EsxAgent.Client.AgentSession session = await shared.World.ConnectAsync();
            Expect.Contains(shared.World.FirstListener, string.Join(' ', (await session.GetStatusAsync()).Endpoints));
        });
    }
}
