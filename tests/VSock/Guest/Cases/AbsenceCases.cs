using System.Collections.Generic;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Tests.VSock;

/// <summary>Where no agent is.</summary>
internal static class AbsenceCases
{
    private const uint EmptyPort = 1018;
    private const uint NobodysContextId = 77;
    private const int ENODEV = 19;
    private const int ECONNRESET = 104;

    public static IEnumerable<Case> All(SharedWorld shared)
    {
        yield return new Case("nobody listens: the kernel resets the connection, and the client says what that means", async () =>
        {
            using RawVSocket raw = RawVSocket.Open();
            Expect.Equal(ECONNRESET, raw.Connect(VSockAddress.HostContextId, EmptyPort), "errno of connect");
            await MustFailAsync(
                $"vsock:2:{EmptyPort}",
                ConnectionFailure.NothingListens,
                $"Nothing listens on port {EmptyPort} of the host.",
                "Have the service esxagent installed and started");
            await MustFailAsync(
                $"vsock:1:{EmptyPort}",
                ConnectionFailure.NothingListens,
                $"Nothing listens on port {EmptyPort} of the machine with context id 1.",
                "correct the port");
        });
        yield return new Case("an unknown context id: the kernel knows no such device, and the client says what that means", async () =>
        {
            using RawVSocket raw = RawVSocket.Open();
            Expect.Equal(ENODEV, raw.Connect(NobodysContextId, shared.World.PortOf(0)), "errno of connect");
            await MustFailAsync(
                $"vsock:{NobodysContextId}:{shared.World.PortOf(0)}",
                ConnectionFailure.UnknownContext,
                $"No machine has the context id {NobodysContextId}.",
                "Use 'vsock:2:1019'");
        });
    }

    private static async Task MustFailAsync(string endpoint, ConnectionFailure reason, string message, string advice)
    {
        ConnectionException failure = await Expect.FailureAsync(reason, () => AgentSession.ConnectAsync(Endpoint.Parse(endpoint)));
        Expect.Equal(message, failure.Message, "the message");
        Expect.Contains(advice, failure.RecommendedAction);
    }
}
