using System.Management.Automation;
using EsxAgent.Abstractions;

namespace EsxAgent.Commands;

/// <summary>Asks the host who it sees calling: this virtual machine.</summary>
[Cmdlet(VerbsCommon.Get, "EsxVMIdentity")]
[OutputType(typeof(EsxVMIdentity))]
public sealed class GetEsxVMIdentityCommand : SessionCmdlet
{
    /// <inheritdoc/>
    private protected override void Ask(EsxAgentSession session) =>
        WriteObject(new EsxVMIdentity(WaitFor(session.Live.GetVirtualMachineAsync(StopToken)), session.HostName));
}
