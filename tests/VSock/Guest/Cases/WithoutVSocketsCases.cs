using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.VSock;

/// <summary>Before the kernel has its modules: a system without vSockets.</summary>
internal static class WithoutVSocketsCases
{
    public static IEnumerable<Case> All()
    {
        yield return new Case("without vSockets the client says that this system has none", async () =>
        {
            ConnectionException failure = await Expect.FailureAsync(ConnectionFailure.VSocketUnsupported, () => AgentSession.ConnectAsync(Endpoint.Host));
            Expect.Contains("This system has no vSockets", failure.Message);
        });
        yield return new Case("without vSockets the diagnosis fails at its first check and skips the others", async () =>
        {
            List<DiagnosisCheck> checks = await AgentDiagnosis.RunAsync(Endpoint.Host).ToListAsync();
            Expect.Equal(DiagnosisOutcome.Failed, checks[0].Outcome, checks[0].Name);
            Expect.That(checks.Skip(1).All(check => check.Outcome == DiagnosisOutcome.Skipped), "every other check is skipped");
        });
        yield return new Case("without vSockets the agent says so in one line, ends with status 2 and leaves no socket behind", () =>
        {
            using SimulatedHost host = SimulatedHost.Make();
            string socket = System.IO.Path.Combine(host.Directory, "s");
            (int status, string output, string errors) = AgentProcess.Run(
                "serve", "--listen", $"unix:{socket}", "--listen", "vsock:any:1019", "--host-root", host.Root);
            Expect.Equal(2, status, "the exit status");
            Expect.Equal(string.Empty, output, "standard output");
            Expect.Equal("esxagent: cannot listen on 'vsock:any:1019': this system has no vSockets\n", errors, "standard error");
            Expect.That(!System.IO.File.Exists(socket), "the socket that it had opened before is gone");
            return Task.CompletedTask;
        });
        yield return new Case("without vSockets 'esxagent check' says that no family was found", () =>
        {
            Expect.Contains("no address family was found", HostCheck.Run()["vSockets"]);
            return Task.CompletedTask;
        });
    }
}
