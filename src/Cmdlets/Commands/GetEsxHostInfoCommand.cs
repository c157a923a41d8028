using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Asks for facts about the host under this virtual machine.</summary>
[Cmdlet(VerbsCommon.Get, "EsxHostInfo")]
[OutputType(typeof(EsxHostInfo))]
public sealed class GetEsxHostInfoCommand : SessionCmdlet
{
    /// <summary>The host's tools are asked again for what the agent otherwise keeps.</summary>
    [Parameter]
    public SwitchParameter Refresh { get; set; }

    /// <inheritdoc/>
    private protected override void Ask(EsxAgentSession session)
    {
        HostInfo info = WaitFor(session.Live.GetHostInfoAsync(Refresh, StopToken));
        foreach (string warning in info.Warnings)
        {
            WriteWarning(warning);
        }

        WriteObject(new EsxHostInfo(info));
    }
}
