using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Completion;
using EsxAgent.Errors;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Commands;

/// <summary>Connects to the agent on the host.</summary>
[Cmdlet(VerbsCommunications.Connect, "EsxAgent")]
[OutputType(typeof(EsxAgentSession))]
public sealed class ConnectEsxAgentCommand : ConnectingCmdlet
{
    /// <summary>Where to: <c>vsock:2:1019</c> is the host under this virtual machine.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public string? Endpoint { get; set; }

    /// <summary>A name for the session, unique among the open ones.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Seconds to wait for connection and handshake together, and later for each answer.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; }

    /// <summary>The session does not become the default.</summary>
    [Parameter]
    public SwitchParameter NotDefault { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Name is not null && RunspaceSessions.Here?.Named(Name) is EsxAgentSession taken)
        {
            ThrowTerminatingError(ErrorRecords.SessionNameInUse(taken));
        }

        Endpoint endpoint = EndpointSource.Resolve(this, Endpoint);
        WriteObject(Open(endpoint, Name, TimeoutSec, canBeDefault: !NotDefault));
    }
}
