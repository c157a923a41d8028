using System;
using System.Collections.Generic;
using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Repairs volumes: does what a check offers, except for removing files, which has to be asked for.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "VmdkVolume", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VmdkVolumeReport))]
public sealed class RepairVmdkVolumeCommand : ExistingVolumeCmdlet
{
    /// <summary>How the actions begin that remove a file.</summary>
    private const string Removal = "removeFile:";

    /// <summary>Only these, as <c>Test-VmdkVolume -Detailed</c> names them.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Action { get; set; }

    /// <summary>Files that are not the volume's own are removed too.</summary>
    [Parameter]
    public SwitchParameter RemoveForeignFile { get; set; }

    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkVolumeReference volume)
    {
        VolumeReport report = WaitFor(session.Live.CheckVolumeAsync(volume.Name, volume.Place, StopToken));
        string id = report.Id ?? volume.Id;
        var actions = new List<string>();
        bool isAny = false;
        foreach (VolumeFinding finding in Chosen(report, id))
        {
            isAny = true;
            string doing = $"Repair volume '{id}' on {session.HostName}: {finding.Message}; this {finding.ActionText}.";
            if (ShouldProcess(doing, $"{doing} Do it?", "Repair"))
            {
                actions.Add(finding.Action!);
            }
        }

        if (actions.Count > 0)
        {
            var parameters = new VolumeRepairParams { Name = volume.Name, Datastore = volume.Place, Actions = actions };
            report = WaitFor<VolumeReport>(session, $"Repairing {id}", (progress, stop) => session.Live.RepairVolumeAsync(parameters, progress, stop));
        }
        else if (isAny)
        {
            return;
        }

        foreach (VmdkVolumeReport one in VmdkVolumeReport.Of(report, session.HostName))
        {
            WriteObject(one);
        }
    }

    /// <summary>What is to be done: each once, in the order of the check.</summary>
    private List<VolumeFinding> Chosen(VolumeReport report, string id)
    {
        var chosen = new List<VolumeFinding>();
        foreach (VolumeFinding finding in report.Findings)
        {
            bool isChosen = finding.Action is string action
                && (Action is null
                    ? RemoveForeignFile || !action.StartsWith(Removal, StringComparison.Ordinal)
                    : Array.IndexOf(Action, action) >= 0);
            if (isChosen && !chosen.Exists(other => other.Action == finding.Action))
            {
                chosen.Add(finding);
            }
        }

        foreach (string action in Action ?? [])
        {
            if (!chosen.Exists(finding => finding.Action == action))
            {
                WriteError(ErrorRecords.ActionNotOffered(action, id));
            }
        }

        return chosen;
    }
}
