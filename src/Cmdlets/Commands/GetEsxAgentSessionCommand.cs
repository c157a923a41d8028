using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Completion;

namespace EsxAgent.Commands;

/// <summary>Lists the sessions of this runspace.</summary>
[Cmdlet(VerbsCommon.Get, "EsxAgentSession", DefaultParameterSetName = NameSet)]
[OutputType(typeof(EsxAgentSession))]
public sealed class GetEsxAgentSessionCommand : CancellableCmdlet
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";

    /// <summary>Names of sessions.</summary>
    [Parameter(ParameterSetName = NameSet, Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SessionNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Numbers of sessions.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SessionIdCompleter))]
    public int[] Id { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == IdSet)
        {
            WriteObject(this.SessionsNumbered(Id), enumerateCollection: true);
        }
        else
        {
            WriteObject(Name is null ? RunspaceSessions.Here?.All : this.SessionsNamed(Name), enumerateCollection: true);
        }
    }
}
