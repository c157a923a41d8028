using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.VSock;

/// <summary>Ports: those that the agent listens at, and those that guests come from.</summary>
internal static class PortCases
{
    private const uint FreePort = 1999;

    public static IEnumerable<Case> All(SharedWorld shared)
    {
        yield return new Case("a port in use: a second agent says so in one line, ends with status 2 and leaves no socket behind", () => MustNotListen(
            shared.World, shared.World.FirstListener, $"the port {shared.World.PortOf(0)} is in use"));
        yield return new Case("a port in use for every context id is in use for each", () => MustNotListen(
            shared.World, $"vsock:1:{shared.World.PortOf(0)}?as={shared.World.Machines[0].CartelId}", $"the port {shared.World.PortOf(0)} is in use"));
        yield return new Case("a context id that is not this machine's: the agent says so in one line and ends with status 2", () => MustNotListen(
            shared.World,
            $"vsock:77:{FreePort}?as={shared.World.Machines[0].CartelId}",
            "this machine does not have the context id 77; 'any' is for all that it has"));
        yield return new Case("a port below 1024 and no root: the agent says so in one line and ends with status 2", async () =>
        {
            string listener = "vsock:any:1017";
            using var guest = GuestProcess.Start(Roles.UnprivilegedAgent, Built.Esxagent, listener);
            Expect.Equal($"esxagent: cannot listen on '{listener}': only root may listen at a port below 1024", await guest.ReadLineAsync(), "standard error");
            Expect.Equal("status 2", await guest.ReadLineAsync(), "the exit status");
        });
        yield return new Case("the client of an administrator comes from a port below 1024", async () =>
        {
            using RawVSocket listener = RawVSocket.Listen(FreePort);
            Task<AgentSession> connecting = AgentSession.ConnectAsync(Endpoint.Parse($"vsock:2:{FreePort}"));
            (RawVSocket accepted, uint contextId, uint port) = await Task.Run(listener.Accept);
            accepted.Dispose();
            Expect.Equal(VSockAddress.LocalContextId, contextId, "the context id that the client comes from");
            Expect.That(port is >= 512 and < 1024, $"the port {port} is one of 512 to 1023");
            await Expect.FailureAsync(ConnectionFailure.ResetAtOnce, () => connecting);
            return $"port {port}";
        });
        yield return new Case("who comes from an ordinary port is refused and told to be an administrator", async () =>
        {
            using var guest = GuestProcess.Start(Roles.Unprivileged, shared.World.EndpointOf().ToString(), shared.World.UnixEndpoint);
            Expect.Equal("Refused PeerUnidentified", await guest.ReadLineAsync(), "the failure");
            Expect.Contains("only an administrator of the guest can use one below 1024", await guest.ReadLineAsync());
            Expect.Contains("as the administrator of the guest", await guest.ReadLineAsync());
            List<string> checks = [];
            while (await guest.ReadLineAsync() is string check)
            {
                checks.Add(check);
            }

            string all = string.Join(", ", checks);
            Expect.Contains("Administrator: Failed", all);
            Expect.Contains("Protocol version: Passed", all);
            Expect.Contains("Identity established: Failed", all);
        });
    }

    /// <summary>A second agent that opens a Unix socket first and then cannot listen.</summary>
    private static Task MustNotListen(World world, string listener, string why)
    {
        string socket = Path.Combine(world.Host.Directory, "second");
        (int status, string output, string errors) = AgentProcess.Run(
            "serve", "--listen", $"unix:{socket}?as={world.Machines[0].CartelId}", "--listen", listener, "--host-root", world.Host.Root);
        Expect.Equal($"esxagent: cannot listen on '{listener}': {why}\n", errors, "standard error");
        Expect.Equal(2, status, "the exit status");
        Expect.Equal(string.Empty, output, "standard output");
        Expect.That(!File.Exists(socket), "the socket that it had opened before is gone");
        return Task.CompletedTask;
    }
}
