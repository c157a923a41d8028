using System;
using System.Threading;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>
/// What a group may take of a datastore. Every change that takes bytes has its intent on the datastore before it looks at the sum, and the sum counts the volumes and
/// the intents of all agents: of two that come at the same time at least one sees the other, so that together they never exceed it.
/// </summary>
internal static class Quota
{
    private const int WaitMs = 1_000;
    private const int PauseMs = 10;

    /// <summary>Lets a change that takes bytes pass or throws. The caller holds the claim with its intent.</summary>
    /// <param name="group">Where.</param>
    /// <param name="request">What is asked, with what the policy allows.</param>
    /// <param name="moreBytes">Bytes that are added.</param>
    /// <param name="sizeBytes">Size of the volume afterwards.</param>
    /// <exception cref="OperationException"><c>QuotaExceeded</c> or <c>SizeOutOfRange</c>.</exception>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    public static void Book(GroupDirectory group, ChangeRequest request, long moreBytes, long sizeBytes)
    {
        if (sizeBytes > request.Allowance.MaxVolumeBytes)
        {
            throw new OperationException(new WireError(
                ErrorKind.SizeOutOfRange, $"A volume of {sizeBytes} bytes is larger than the host's policy allows on '{group.Datastore.Name}': {request.Allowance.MaxVolumeBytes} bytes.")
            {
                Target = group.IdOf(request.Name),
            });
        }

        BookMore(group, request, moreBytes);
    }

    /// <summary>Lets a change that adds bytes to a volume, or to what it has beside its disk, pass or throws.</summary>
    /// <exception cref="OperationException"><c>QuotaExceeded</c>.</exception>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    public static void BookMore(GroupDirectory group, ChangeRequest request, long moreBytes)
    {
        if (request.Allowance.TotalBytes is not long limit)
        {
            return;
        }

        string? name = group.FindName(request.Name);
        using DirectoryHandle? volume = name is null ? null : group.Volumes.TryOpenDirectory(name);
        long own = volume is null ? 0 : VolumeFiles.ReadSize(volume, name!);
        long deadline = Environment.TickCount64 + WaitMs;
        while (true)
        {
            long others = Booked(group, request, out bool isFirst);
            if (others + own + moreBytes <= limit)
            {
                return;
            }

            // Of several that come at once each sees the others, and none would pass: all but the first give up, which waits for that.
            if (!isFirst || Environment.TickCount64 >= deadline)
            {
                throw new OperationException(new WireError(
                    ErrorKind.QuotaExceeded,
                    $"The volumes of the group '{group.Group}' on '{group.Datastore.Name}' take {others + own} bytes of the {limit} that the host's policy allows; {moreBytes} more do not fit.")
                {
                    Target = group.IdOf(request.Name),
                    RecommendedAction = "Remove volumes that are not needed, or ask the administrator of the host for more.",
                });
            }

            Thread.Sleep(PauseMs);
        }
    }

    /// <summary>Bytes of all volumes of a group, and of those that are being made or enlarged.</summary>
    /// <param name="group">The group.</param>
    /// <param name="request">What is asked; the volume that it is about is not counted.</param>
    /// <param name="isFirst">True where others take bytes at the moment, and each has an operation id that sorts behind this one's.</param>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    private static long Booked(GroupDirectory group, ChangeRequest request, out bool isFirst)
    {
        string exceptKey = VolumeName.Key(request.Name);
        int before = 0;
        int behind = 0;

        // Intents first: a volume that is committed between the two looks is counted twice rather than not at all.
        long sum = 0;
        foreach (string key in group.Staging.Names())
        {
            if (key != exceptKey && Claim.OwnerOfBeginning(key) is null)
            {
                Intent? intent = Claim.TryRead(group, key, out _);
                if (intent is not null && intent.SizeBytes + intent.MoreBytes > 0)
                {
                    _ = string.CompareOrdinal(intent.OperationId, request.OperationId) < 0 ? before++ : behind++;
                }

                sum += intent is null || group.FindName(intent.Name) is not null ? 0 : intent.SizeBytes;
            }
        }

        isFirst = before == 0 && behind > 0;
        foreach (string name in group.Volumes.Names())
        {
            if (name[0] == '.' || VolumeName.Key(name) == exceptKey)
            {
                continue;
            }

            using DirectoryHandle? volume = group.Volumes.TryStat(name) is { IsDirectory: true } ? group.Volumes.TryOpenDirectory(name) : null;
            long size = volume is null ? 0 : VolumeFiles.ReadSize(volume, name);
            Intent? enlarging = Claim.TryRead(group, VolumeName.Key(name), out _);
            sum += (enlarging is not null && enlarging.SizeBytes > size ? enlarging.SizeBytes : size) + (enlarging?.MoreBytes ?? 0);
        }

        return sum;
    }
}
