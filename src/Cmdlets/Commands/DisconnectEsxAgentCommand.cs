using System.Collections.Generic;
using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Completion;
using EsxAgent.Errors;

namespace EsxAgent.Commands;

/// <summary>Ends sessions.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "EsxAgent", DefaultParameterSetName = DefaultSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(void))]
public sealed class DisconnectEsxAgentCommand : CancellableCmdlet
{
    private const string DefaultSet = "Default";
    private const string SessionSet = "Session";
    private const string NameSet = "Name";
    private const string AllSet = "All";

    /// <summary>The sessions to end; their names and numbers are taken too.</summary>
    [Parameter(ParameterSetName = SessionSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SessionTransformation]
    [ArgumentCompleter(typeof(SessionNameCompleter))]
    public EsxAgentSession[] Session { get; set; } = [];

    /// <summary>Names of the sessions to end.</summary>
    [Parameter(ParameterSetName = NameSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SessionNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Every session of this runspace.</summary>
    [Parameter(ParameterSetName = AllSet, Mandatory = true)]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EsxAgentSession session in Chosen())
        {
            if (ShouldProcess($"session {session.Id} '{session.Name}' with {session.HostName} at {session.Endpoint}", "Disconnect"))
            {
                session.Owner.Remove(session);
                // An orderly end takes the agent's answer; it has a limit of its own, and a stop cuts it short.
                WaitFor(Closing(session));
            }
        }
    }

    private async System.Threading.Tasks.Task<bool> Closing(EsxAgentSession session)
    {
        await session.Live.CloseAsync(StopToken).ConfigureAwait(false);
        return true;
    }

    private IReadOnlyList<EsxAgentSession> Chosen()
    {
        RunspaceSessions? here = RunspaceSessions.Here;
        switch (ParameterSetName)
        {
            case SessionSet:
                return Session;
            case NameSet:
                return this.SessionsNamed(Name);
            case AllSet when All:
                return here?.All ?? [];
            case AllSet:
                return [];
            default:
                if (here?.Default is EsxAgentSession session)
                {
                    return [session];
                }

                WriteError(ErrorRecords.NoDefaultSession());
                return [];
        }
    }
}
