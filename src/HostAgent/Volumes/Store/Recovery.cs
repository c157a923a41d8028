using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.HostAgent.Volumes.Sidecars;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Store;

/// <summary>
/// Ends what dead agents have begun: forward where the commit is visible or the work can be repeated, else back. Needs nothing but what lies in the group's
/// <c>.staging</c>; may itself be stopped at any point and begun again.
/// </summary>
internal sealed class Recovery(DatastoreDirectories datastores, Owners owners, AuditLog audit, AgentLog log)
{
    /// <summary>A claim without a readable intent, which no agent leaves by itself, is in the way for that long.</summary>
    private const int UnreadableSeconds = 600;

    private readonly Lock _lock = new();

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
                _ = TryFree(group, name, mayBeOwn: false);
            }
        }
    }

    /// <summary>Frees a name from a dead agent's claim.</summary>
    /// <param name="group">The group.</param>
    /// <param name="key">The name in lower case.</param>
    /// <param name="mayBeOwn">See <see cref="Claim.TryTakeOver"/>.</param>
    /// <returns>False where somebody living holds it, or where it could not be freed now.</returns>
    /// <exception cref="PosixException">The datastore cannot be read or written.</exception>
    public bool TryFree(GroupDirectory group, string key, bool mayBeOwn)
    {
        // One at a time: a claim that was just taken over looks like one of this agent's own.
        lock (_lock)
        {
            using Claim? claim = Claim.TryTakeOver(group, key, owners, mayBeOwn);
            return claim is null ? TryRemoveUnreadable(group, key) : TryEnd(group, claim);
        }
    }

    private bool TryEnd(GroupDirectory group, Claim claim)
    {
        string what = $"'{claim.Intent.Method}' of '{group.IdOf(claim.Intent.Name)}' ({claim.Intent.OperationId}), begun by an agent that is gone";
        try
        {
            bool isDone = Finish(group, claim);
            audit.Recovered(group, claim.Intent, isDone);
            claim.Release();
            log.Write($"recovered {what}: {(isDone ? "done" : "undone")}");
            return true;
        }
        catch (Exception e) when (e is PosixException or OperationException)
        {
            // The claim stands, and this agent holds it now: only this name waits, until its next change.
            log.Write($"could not recover {what}: {e.Message}");
            return false;
        }
    }

    /// <summary>Ends a change.</summary>
    /// <returns>True where it counts as done.</returns>
    private bool Finish(GroupDirectory group, Claim claim)
    {
        Intent intent = claim.Intent;
        string? note = intent.Method.StartsWith("sidecar/", StringComparison.Ordinal) ? SidecarJournal.Finish(datastores, group, claim) : null;
        bool isDone = note is not null || intent.Method switch
        {
            // A volume that is still in the claim was never seen by anybody; one that has left it has its metadata.
            Methods.VolumeCreate or Methods.VolumeCopy => claim.Directory.TryStat(intent.Name) is null && Metadata(group, intent)?.OperationId == intent.OperationId,
            Methods.VolumeRemove => HasAnyVolume(claim),
            Methods.VolumeResize => FinishResize(group, intent),
            Methods.VolumeUpdate or Methods.VolumeConvert or Methods.VolumeRepair => Metadata(group, intent)?.ChangedBy == intent.OperationId,
            _ => false,
        };
        bool isNew = intent.Method is Methods.VolumeCreate or Methods.VolumeCopy;
        if (!isNew && isDone && OperationRecords.TryRead(group, intent.OperationId) is null)
        {
            OperationRecords.Write(
                group, intent.OperationId, new OperationRecord(intent.Method, intent.Fingerprint, intent.Name, Metadata(group, intent)?.Uuid, note ?? string.Empty));
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

    /// <summary>A resize whose descriptor is not written is taken back: zeroing may take hours, and whoever asked for it asks again.</summary>
    private static bool FinishResize(GroupDirectory group, Intent intent)
    {
        using DirectoryHandle? directory = Open(group, intent.Name, out string? name);
        if (directory is not null && !VolumeTools.TryTakeBackGrowth(directory, name!))
        {
            throw new PosixException(Errno.Busy, $"'{directory.Path}' is in use");
        }

        return directory is not null && VolumeFiles.ReadSize(directory, name!) == intent.SizeBytes;
    }

    private static VolumeMetadata? Metadata(GroupDirectory group, Intent intent)
    {
        using DirectoryHandle? directory = Open(group, intent.Name, out string? name);
        return directory is null ? null : VolumeFiles.Read(directory, name!).Metadata;
    }

    private static DirectoryHandle? Open(GroupDirectory group, string wanted, out string? name)
    {
        name = group.FindName(wanted);
        return name is null ? null : group.Volumes.TryOpenDirectory(name);
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
