using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Store;

/// <summary>
/// Ends what dead agents have begun: forward where the commit is visible or the work can be repeated, else back. Needs nothing but what lies in the group's
/// <c>.staging</c>; may itself be stopped at any point and begun again.
/// </summary>
internal sealed class Recovery(Owners owners, VolumeTools tools, AgentLog log)
{
    /// <summary>A claim without a readable intent, which no agent leaves by itself, is in the way for that long.</summary>
    private const int UnreadableSeconds = 600;

    /// <summary>Looks through a group.</summary>
    /// <exception cref="PosixException">The datastore cannot be read or written.</exception>
    public void Sweep(GroupDirectory group)
    {
        foreach (string name in new List<string>(group.Staging.Names()))
        {
            if (Claim.OwnerOfBeginning(name) is string owner)
            {
                if (owners.IsGone(group.Root, owner))
                {
                    group.Staging.RemoveTree(name);
                }
            }
            else
            {
                _ = TryFree(group, name);
            }
        }
    }

    /// <summary>Frees a name from a dead agent's claim.</summary>
    /// <returns>False where somebody living holds it, or where it could not be freed now.</returns>
    /// <exception cref="PosixException">The datastore cannot be read or written.</exception>
    public bool TryFree(GroupDirectory group, string key)
    {
        using Claim? claim = Claim.TryTakeOver(group, key, owners);
        if (claim is null)
        {
            return TryRemoveUnreadable(group, key);
        }

        string what = $"'{claim.Intent.Method}' of '{group.IdOf(claim.Intent.Name)}' ({claim.Intent.OperationId}), begun by an agent that is gone";
        try
        {
            bool isDone = Finish(group, claim);
            claim.Release();
            log.Write($"recovered {what}: {(isDone ? "done" : "undone")}");
            return true;
        }
        catch (Exception e) when (e is PosixException or OperationException)
        {
            // The claim stands, and this agent holds it now: only this name waits, until somebody tries again.
            log.Write($"could not recover {what}: {e.Message}");
            return false;
        }
    }

    /// <summary>Ends a change.</summary>
    /// <returns>True where it counts as done.</returns>
    private bool Finish(GroupDirectory group, Claim claim)
    {
        Intent intent = claim.Intent;
        bool isDone = intent.Method switch
        {
            // A volume that is still in the claim was never seen by anybody; one that has left it has its metadata.
            Methods.VolumeCreate or Methods.VolumeCopy => claim.Directory.TryStat(intent.Name) is null && IsMadeBy(group, intent),
            Methods.VolumeRemove => HasAnyVolume(claim),
            Methods.VolumeResize => FinishResize(group, intent),
            _ => IsChangedBy(group, intent),
        };
        bool needsRecord = isDone && intent.Method is not (Methods.VolumeCreate or Methods.VolumeCopy);
        if (needsRecord && OperationRecords.TryRead(group, intent.OperationId) is null)
        {
            OperationRecords.Write(group, intent);
        }

        return isDone;
    }

    private static bool HasAnyVolume(Claim claim)
    {
        foreach (string name in claim.Directory.Names())
        {
            if (VolumeName.Comparer.Equals(name, claim.Intent.Name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsMadeBy(GroupDirectory group, Intent intent) => Read(group, intent.Name)?.Metadata?.OperationId == intent.OperationId;

    private static bool IsChangedBy(GroupDirectory group, Intent intent) => Read(group, intent.Name)?.Metadata?.ChangedBy == intent.OperationId;

    /// <summary>A resize that was stopped half-way is repeated: the extent may have grown without its descriptor.</summary>
    private bool FinishResize(GroupDirectory group, Intent intent)
    {
        VolumeFiles? files = Read(group, intent.Name);
        if (files?.Descriptor is null || (files.Descriptor.SizeBytes == intent.SizeBytes && files.ExtentProblems.Count == 0))
        {
            return files?.Descriptor is not null;
        }

        if (files.ExtentProblems.Count == 0)
        {
            return false;
        }

        using DirectoryHandle? directory = group.Volumes.TryOpenDirectory(files.Name);
        if (directory is not null)
        {
            tools.Vmkfstools.Extend(directory, VolumeFiles.DescriptorOf(files.Name), intent.SizeBytes, new DiskWork(new CancelSignal(), null));
        }

        return directory is not null;
    }

    private static VolumeFiles? Read(GroupDirectory group, string name)
    {
        string? found = group.FindName(name);
        using DirectoryHandle? directory = found is null ? null : group.Volumes.TryOpenDirectory(found);
        return directory is null ? null : VolumeFiles.Read(directory, found!);
    }

    /// <summary>What the host's crash may leave: a directory whose intent never reached the disk.</summary>
    private static bool TryRemoveUnreadable(GroupDirectory group, string key)
    {
        FileStatus? status = group.Staging.TryStat(key);
        if (status is null)
        {
            return true;
        }

        bool isOld = UnixTime.NowSeconds - status.Value.ModifiedSeconds > UnreadableSeconds;
        if (!isOld || Claim.TryRead(group, key, out _) is not null)
        {
            return false;
        }

        group.Staging.RemoveTree(key);
        return true;
    }
}
