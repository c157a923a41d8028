using System.Collections.Generic;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes;

/// <summary>Looks for everything that is wrong with a volume, and says what repair could do about it.</summary>
internal static class VolumeCheck
{
    private const string Error = "error";
    private const string Note = "note";

    /// <summary>Actions that repair knows; some name a file or key behind the colon.</summary>
    public const string RewriteMetadata = "rewriteMetadata";
    public const string RefreshMetadata = "refreshMetadata";
    public const string TruncateExtent = "truncateExtent:";
    public const string PadExtent = "padExtent:";
    public const string RemoveFile = "removeFile:";
    public const string ForgetSidecar = "forgetSidecar:";

    /// <summary>Looks.</summary>
    /// <param name="directory">The volume's directory.</param>
    /// <param name="files">What was read from it.</param>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    public static List<VolumeFinding> Findings(DirectoryHandle directory, VolumeFiles files)
    {
        var findings = new List<VolumeFinding>();
        if (files.DescriptorProblem is string descriptor)
        {
            findings.Add(Of("descriptorUnreadable", Error, descriptor, VolumeFiles.DescriptorOf(files.Name)));
        }

        foreach (ExtentProblem extent in files.ExtentProblems)
        {
            findings.Add(OfExtent(extent));
        }

        AddMetadata(findings, files);
        AddSidecars(findings, directory, files);
        foreach (string snapshot in files.Snapshots)
        {
            findings.Add(Of("snapshot", Note, $"the delta disk '{snapshot}' of a snapshot stands on it", snapshot));
        }

        foreach (string foreign in files.Foreign)
        {
            findings.Add(Of("foreignFile", Note, $"'{foreign}' is no file of the volume", foreign) with
            {
                Action = RemoveFile + foreign,
                ActionText = $"removes '{foreign}'",
            });
        }

        return findings;
    }

    /// <summary>The report of a check.</summary>
    public static VolumeReport Report(GroupDirectory group, string name, IReadOnlyList<VolumeFinding> findings)
    {
        bool isHealthy = true;
        foreach (VolumeFinding finding in findings)
        {
            isHealthy &= finding.Severity != Error;
        }

        return new VolumeReport { Id = group.IdOf(name), IsHealthy = isHealthy, Findings = findings };
    }

    private static void AddMetadata(List<VolumeFinding> findings, VolumeFiles files)
    {
        if (files.MetadataProblem is string problem)
        {
            findings.Add(Of(files.MetadataFile is null ? "metadataMissing" : "metadataDamaged", Error, problem, files.MetadataFile) with
            {
                Action = RewriteMetadata,
                ActionText = "writes new metadata, with a new uuid and without labels; who made the volume is lost",
            });
            return;
        }

        if (!files.MetadataIsWhole)
        {
            findings.Add(Of("metadataSlotDamaged", Note, "one of the two copies of its metadata is damaged; the other one is in use", files.MetadataFile) with
            {
                Action = RefreshMetadata,
                ActionText = "writes the metadata over the damaged copy",
            });
        }

        if (!VolumeName.Comparer.Equals(files.Metadata!.Name, files.Name))
        {
            findings.Add(Of("renamed", Note, $"its metadata calls it '{files.Metadata.Name}': the directory was renamed or copied by hand", null));
        }
    }

    private static void AddSidecars(List<VolumeFinding> findings, DirectoryHandle directory, VolumeFiles files)
    {
        var named = new HashSet<string>();
        foreach (KeyValuePair<string, string> sidecar in files.Descriptor?.Sidecars ?? [])
        {
            named.Add(sidecar.Value);
            bool isThere = !sidecar.Value.Contains('/', System.StringComparison.Ordinal) && files.SidecarFiles.Contains(sidecar.Value)
                && directory.TryStat(sidecar.Value) is { IsRegular: true };
            if (!isThere)
            {
                findings.Add(Of("sidecarMissing", Error, $"the file '{sidecar.Value}' of its sidecar '{sidecar.Key}' is missing", sidecar.Value) with
                {
                    Action = ForgetSidecar + sidecar.Key,
                    ActionText = $"takes '{sidecar.Key}' out of the descriptor's list",
                });
            }
        }

        foreach (string file in files.SidecarFiles)
        {
            bool isOfSnapshot = files.Snapshots.Exists(snapshot => file.StartsWith(snapshot[..^".vmdk".Length] + "-", System.StringComparison.Ordinal));
            if (!named.Contains(file) && !isOfSnapshot)
            {
                findings.Add(Of("sidecarForgotten", Note, $"the descriptor does not name the sidecar file '{file}'", file) with
                {
                    Action = RemoveFile + file,
                    ActionText = $"removes '{file}'",
                });
            }
        }
    }

    private static VolumeFinding OfExtent(ExtentProblem extent) => extent.ActualBytes switch
    {
        null => Of("extentMissing", Error, extent.Message, extent.FileName),
        long actual when actual > extent.WantedBytes => Of("extentTooLarge", Error, extent.Message, extent.FileName) with
        {
            Action = TruncateExtent + extent.FileName,
            ActionText = $"cuts '{extent.FileName}' to the {extent.WantedBytes} bytes that a guest can see",
        },
        _ => Of("extentTooSmall", Error, extent.Message, extent.FileName) with
        {
            Action = PadExtent + extent.FileName,
            ActionText = $"fills '{extent.FileName}' up with zeros to {extent.WantedBytes} bytes; what stood there is lost already",
        },
    };

    private static VolumeFinding Of(string kind, string severity, string message, string? file) =>
        new() { Kind = kind, Severity = severity, Message = message, FileName = file };
}
