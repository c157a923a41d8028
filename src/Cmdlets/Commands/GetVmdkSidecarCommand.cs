using System;
using System.Collections.Generic;
using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Completion;
using EsxAgent.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Lists sidecars.</summary>
[Cmdlet(VerbsCommon.Get, "VmdkSidecar", DefaultParameterSetName = VolumeSet)]
[OutputType(typeof(VmdkSidecar))]
public sealed class GetVmdkSidecarCommand : DiskCmdlet
{
    /// <summary>Keys; without it, every sidecar.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SidecarKeyCompleter))]
    public string[]? Key { get; set; }

    /// <summary>The host's own tool is asked too, see <see cref="VmdkSidecar.Confirmed"/>.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkDiskReference disk)
    {
        NamePattern[]? keys = Key is null ? null : Array.ConvertAll(Key, static text => new NamePattern(text));
        var found = new HashSet<NamePattern>();
        foreach (Sidecar sidecar in Each(session.Live.GetSidecarsAsync(disk.Name, Verify, StopToken)))
        {
            NamePattern[] matching = Array.FindAll(keys ?? [], key => key.IsLiteral ? key.Literal == sidecar.Key : key.Matches(sidecar.Key ?? string.Empty));
            found.UnionWith(matching);
            if (keys is null || matching.Length > 0)
            {
                WriteObject(new VmdkSidecar(sidecar, session.HostName));
            }
        }

        foreach (NamePattern key in keys ?? [])
        {
            if (key.IsLiteral && !found.Contains(key))
            {
                WriteError(ErrorRecords.SidecarNotFound(new VmdkSidecarReference(disk, key.Literal), session.HostName));
            }
        }
    }
}
