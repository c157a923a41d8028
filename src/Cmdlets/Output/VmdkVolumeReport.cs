using System.Collections.Generic;
using EsxAgent.Protocol.Messages;

namespace EsxAgent;

/// <summary>One thing that was found in a volume, and what repair can do about it. A volume without any has one that says so.</summary>
public sealed class VmdkVolumeReport
{
    private VmdkVolumeReport(string? volumeId, VolumeFinding finding, string? hostName)
    {
        VolumeId = volumeId;
        Finding = VolumeWords.Capitalized(finding.Kind);
        Severity = VolumeWords.Capitalized(finding.Severity);
        Message = VolumeWords.Capitalized(finding.Message);
        FileName = finding.FileName;
        Action = finding.Action;
        ActionText = finding.ActionText;
        Done = finding.Done;
        HostName = hostName;
    }

    /// <summary>Id of the volume, <c>name@datastore</c>.</summary>
    public string? VolumeId { get; }

    /// <summary>What it is: a stable word such as <c>ExtentMissing</c>; <c>Healthy</c> where nothing was found.</summary>
    public string? Finding { get; }

    /// <summary><c>Error</c>: the volume is damaged; <c>Note</c>: worth knowing; <c>Ok</c>: nothing was found.</summary>
    public string? Severity { get; }

    /// <summary>What was found, in words.</summary>
    public string? Message { get; }

    /// <summary>The file in the volume's directory that it is about; null where it is about none.</summary>
    public string? FileName { get; }

    /// <summary>What <c>Repair-VmdkVolume -Action</c> takes to do something about it; null where nothing can be done.</summary>
    public string? Action { get; }

    /// <summary>What that does, in words.</summary>
    public string? ActionText { get; }

    /// <summary>True where a repair did it just now.</summary>
    public bool Done { get; }

    /// <summary>Name of the host that was asked.</summary>
    public string? HostName { get; }

    /// <summary>The volume's id.</summary>
    public override string ToString() => VolumeId ?? string.Empty;

    /// <summary>What a report holds, a record a finding.</summary>
    internal static IEnumerable<VmdkVolumeReport> Of(VolumeReport report, string? hostName)
    {
        if (report.Findings.Count == 0)
        {
            yield return new VmdkVolumeReport(
                report.Id, new VolumeFinding { Kind = "healthy", Severity = "ok", Message = "nothing is wrong with it" }, hostName);
        }

        foreach (VolumeFinding finding in report.Findings)
        {
            yield return new VmdkVolumeReport(report.Id, finding, hostName);
        }
    }
}
