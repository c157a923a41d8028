using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Tests.VSock;

/// <summary>The diagnosis of a person who wonders why it does not work.</summary>
internal static class DiagnosisCases
{
    private const uint FreePort = 1997;

    public static IEnumerable<Case> All(SharedWorld shared)
    {
        yield return new Case("the diagnosis passes every check of the connection", async () =>
        {
            List<DiagnosisCheck> checks = await DiagnoseAsync(shared.World.EndpointOf());
            Expect.Equal(
                "vSockets supported: Passed, Administrator: Passed, Something listens: Passed, Connection stays open: Passed, Agent speaks: Passed, "
                    + "Protocol version: Passed, Identity established: Passed, Policy: Passed",
                Summary(checks.Where(check => !check.Name.StartsWith("Capability ", System.StringComparison.Ordinal))),
                "the checks");
        });
        yield return new Case("the diagnosis tells that nobody listens", async () => Expect.Equal(
            "vSockets supported: Passed, Administrator: Passed, Something listens: Failed, Connection stays open: Skipped, Agent speaks: Skipped, "
                + "Protocol version: Skipped, Identity established: Skipped, Policy: Skipped",
            Summary(await DiagnoseAsync(Endpoint.Parse($"vsock:2:{FreePort}"))),
            "the checks"));
        yield return new Case("the diagnosis tells that somebody listens and closes at once", async () =>
        {
            using RawVSocket listener = RawVSocket.Listen(FreePort);
            Task<List<DiagnosisCheck>> diagnosing = DiagnoseAsync(Endpoint.Parse($"vsock:2:{FreePort}"));
            (await Task.Run(listener.Accept)).Socket.Dispose();
            Expect.Contains("Something listens: Passed, Connection stays open: Failed, Agent speaks: Skipped", Summary(await diagnosing));
        });
    }

    private static Task<List<DiagnosisCheck>> DiagnoseAsync(Endpoint endpoint) => AgentDiagnosis.RunAsync(endpoint, World.Patient).ToListAsync().AsTask();

    private static string Summary(IEnumerable<DiagnosisCheck> checks) => string.Join(", ", checks.Select(check => $"{check.Name}: {check.Outcome}"));
}
