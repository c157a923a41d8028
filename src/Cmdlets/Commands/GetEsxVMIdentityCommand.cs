using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Asks the host who it sees calling: this virtual machine; or which virtual machines run on it.</summary>
[Cmdlet(VerbsCommon.Get, "EsxVMIdentity")]
[OutputType(typeof(EsxVMIdentity))]
public sealed class GetEsxVMIdentityCommand : SessionCmdlet
{
    /// <summary>Every running virtual machine of the host, which needs the right to see the others.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    private protected override void Ask(EsxAgentSession session)
    {
        if (!All)
        {
            WriteObject(new EsxVMIdentity(WaitFor(session.Live.GetVirtualMachineAsync(StopToken)), session.HostName));
            return;
        }

        foreach (VirtualMachine machine in Each(session.Live.ListVirtualMachinesAsync(StopToken)))
        {
            WriteObject(new EsxVMIdentity(machine, session.HostName));
        }
    }
}
