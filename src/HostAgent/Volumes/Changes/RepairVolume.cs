using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>Does what a check has named and the guest has chosen; nothing else, and nothing is deleted that was not named.</summary>
internal sealed class RepairVolume(IReadOnlyList<string> actions) : VolumeChange
{
    /// <inheritdoc/>
    public override string Arguments => string.Join('\n', actions);

    /// <inheritdoc/>
    public override IWireObject Do(ChangeContext context)
    {
        string name = context.FindVolume();
        using DirectoryHandle directory = context.OpenVolume(name);
        VolumeFiles files = VolumeFiles.Read(directory, name);
        List<VolumeFinding> findings = VolumeCheck.Findings(directory, files);
        foreach (string action in actions)
        {
            if (!findings.Exists(finding => finding.Action == action) && !IsNeedless(directory, files, action))
            {
                throw new OperationException(new WireError(ErrorKind.InvalidParams, $"A check of '{context.Group.IdOf(name)}' does not offer the action '{action}'.")
                {
                    Target = "actions",
                    RecommendedAction = "Take actions from Test-VmdkVolume -Detailed as it is now.",
                });
            }
        }

        if (actions.Count > 0)
        {
            context.RefuseAttached(name);
            context.ConfirmCaller();
        }

        foreach (string action in actions)
        {
            if (findings.Exists(finding => finding.Action == action))
            {
                Apply(context, directory, VolumeFiles.Read(directory, name), action);
            }
        }

        directory.Sync();
        context.Remember(null);
        List<VolumeFinding> left = VolumeCheck.Findings(directory, VolumeFiles.Read(directory, name));
        bool isHealthy = VolumeCheck.Report(context.Group, name, left).IsHealthy;
        left.InsertRange(0, findings.FindAll(finding => finding.Action is string action && Contains(actions, action)).ConvertAll(finding => finding with { Done = true }));
        return VolumeCheck.Report(context.Group, name, left) with { IsHealthy = isHealthy };
    }

    /// <inheritdoc/>
    protected override IWireObject AnswerDone(ChangeContext context)
    {
        string name = context.FindVolume();
        using DirectoryHandle directory = context.OpenVolume(name);
        return VolumeCheck.Report(context.Group, name, VolumeCheck.Findings(directory, VolumeFiles.Read(directory, name)));
    }

    /// <summary>Whether there is nothing to do for an action: it was done before, by a repair that did not come to its end.</summary>
    private static bool IsNeedless(DirectoryHandle directory, VolumeFiles files, string action) =>
        action is VolumeCheck.RewriteMetadata or VolumeCheck.RefreshMetadata ? files.MetadataIsWhole && files.Metadata is not null
        : FileOf(action, VolumeCheck.RemoveFile) is string file ? VolumeFiles.IsPlainName(file) && directory.TryStat(file) is null
        : FileOf(action, VolumeCheck.ForgetSidecar) is string key ? files.Descriptor?.Sidecars.Exists(sidecar => sidecar.Key == key) == false
        : (FileOf(action, VolumeCheck.TruncateExtent) ?? FileOf(action, VolumeCheck.PadExtent)) is string extent
            && files.Descriptor?.Extents.Exists(one => one.FileName == extent) == true && !files.ExtentProblems.Exists(problem => problem.FileName == extent);

    private static bool Contains(IReadOnlyList<string> actions, string action)
    {
        foreach (string one in actions)
        {
            if (one == action)
            {
                return true;
            }
        }

        return false;
    }

    private static void Apply(ChangeContext context, DirectoryHandle directory, VolumeFiles files, string action)
    {
        if (action == VolumeCheck.RewriteMetadata)
        {
            VolumeMetadata metadata = NewVolume.NewMetadata(context, files.Descriptor?.FormatWith(null) ?? VolumeFormat.Thin) with { Name = files.Name };
            if (files.Descriptor is null)
            {
                throw new OperationException(ErrorKind.MetadataDamaged, $"Without a descriptor '{context.Group.IdOf(files.Name)}' cannot have metadata.");
            }

            context.Tools.WriteFirstMetadata(directory, files.Name, context.Group.Datastore, metadata, context.Work("metadata"));
        }
        else if (action == VolumeCheck.RefreshMetadata)
        {
            VolumeTools.WriteMetadata(directory, files.MetadataFile!, context.MetadataOf(files));
        }
        else if ((FileOf(action, VolumeCheck.TruncateExtent) ?? FileOf(action, VolumeCheck.PadExtent)) is string extent)
        {
            VolumeTools.SetExtentSize(directory, files.ExtentProblems.Find(problem => problem.FileName == extent)!);
        }
        else if (FileOf(action, VolumeCheck.RemoveFile) is string file)
        {
            directory.RemoveTree(file);
        }
        else if (FileOf(action, VolumeCheck.ForgetSidecar) is string key)
        {
            RemoveSidecar(directory, files, key);
        }
    }

    private static string? FileOf(string action, string kind) => action.StartsWith(kind, StringComparison.Ordinal) ? action[kind.Length..] : null;

    /// <summary>Writes the descriptor anew without an entry: beside the old one, then in its place.</summary>
    private static void RemoveSidecar(DirectoryHandle directory, VolumeFiles files, string key)
    {
        List<KeyValuePair<string, string>> sidecars = files.Descriptor!.Sidecars.FindAll(sidecar => sidecar.Key != key);
        files.Descriptor.SetSidecars(sidecars);
        string beside = $".new-{VolumeFiles.DescriptorOf(files.Name)}";
        directory.RemoveFile(beside);
        using (FileHandle file = directory.TryMakeFile(beside) ?? throw new PosixException(Errno.Exists, $"'{beside}' is there already"))
        {
            file.Write(files.Descriptor.ToBytes(), 0);
            file.Sync();
        }

        int error = directory.Rename(beside, directory, VolumeFiles.DescriptorOf(files.Name));
        if (error != 0)
        {
            throw new PosixException(error, $"'{beside}' cannot be renamed");
        }
    }
}
