using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Client;

namespace EsxAgent.Commands;

/// <summary>Measures the round trip to the agent on the host.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "EsxAgent")]
[OutputType(typeof(EsxAgentLatency))]
public sealed class MeasureEsxAgentCommand : SessionCmdlet
{
    /// <summary>Round trips to measure.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(1, 1_000_000)]
    public int Count { get; set; } = 100;

    /// <summary>Bytes that each request carries to the host.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int PayloadBytes { get; set; }

    /// <inheritdoc/>
    private protected override void Ask(EsxAgentSession session)
    {
        using var progress = new ProgressPump(this, $"Measuring the round trip to {session.HostName}", Count, done => $"{done} of {Count} requests");
        LatencyResult result = WaitFor(LatencyMeasurement.RunAsync(session.Live, Count, PayloadBytes, progress, StopToken), progress);
        WriteObject(new EsxAgentLatency(result, session.HostName));
    }
}
