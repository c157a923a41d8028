using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Client;
using EsxAgent.Completion;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Commands;

/// <summary>Finds out whether the agent on the host can be used, and what is in the way.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EsxAgent")]
[OutputType(typeof(bool), typeof(EsxAgentDiagnosis))]
public sealed class TestEsxAgentCommand : ConnectingCmdlet
{
    /// <summary>Where the agent is expected: <c>vsock:2:1019</c> is the host under this virtual machine.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public string? Endpoint { get; set; }

    /// <summary>Every check with its outcome and what to do, instead of one answer.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>Seconds to wait for connection and handshake together, and for each answer.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Endpoint endpoint = EndpointSource.Resolve(this, Endpoint);
        bool passed = true;
        foreach (DiagnosisCheck check in Each(AgentDiagnosis.RunAsync(endpoint, OptionsFor(TimeoutSec), StopToken)))
        {
            passed &= check.Outcome != DiagnosisOutcome.Failed;
            if (Detailed)
            {
                WriteObject(new EsxAgentDiagnosis(check, endpoint));
            }
            else
            {
                WriteVerbose($"{check.Name}: {check.Outcome}. {check.Detail} {check.RecommendedAction}");
            }
        }

        if (!Detailed)
        {
            WriteObject(passed);
        }
    }
}
