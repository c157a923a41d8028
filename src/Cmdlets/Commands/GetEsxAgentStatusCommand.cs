using System.Management.Automation;
using EsxAgent.Abstractions;

namespace EsxAgent.Commands;

/// <summary>Asks for the state of the agent on the host.</summary>
[Cmdlet(VerbsCommon.Get, "EsxAgentStatus", DefaultParameterSetName = StatusSet)]
[OutputType(typeof(EsxAgentStatus), ParameterSetName = [StatusSet])]
[OutputType(typeof(string), ParameterSetName = [MetricSet])]
public sealed class GetEsxAgentStatusCommand : SessionCmdlet
{
    private const string StatusSet = "Status";
    private const string MetricSet = "Metric";

    /// <summary>Counters and latencies as OpenMetrics text instead.</summary>
    [Parameter(ParameterSetName = MetricSet, Mandatory = true)]
    public SwitchParameter Metric { get; set; }

    /// <inheritdoc/>
    private protected override void Ask(EsxAgentSession session)
    {
        if (Metric)
        {
            // Whoever writes the text to a file adds the last line's end; two of them would not be OpenMetrics any more.
            WriteObject(WaitFor(session.Live.GetMetricsAsync(StopToken)).Text?.TrimEnd('\n'));
        }
        else
        {
            WriteObject(new EsxAgentStatus(WaitFor(session.Live.GetStatusAsync(StopToken)), session.HostName));
        }
    }
}
