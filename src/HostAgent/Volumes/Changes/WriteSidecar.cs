using System;
using System.Globalization;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Volumes.Sidecars;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>
/// Replaces bytes of a sidecar. What the host's tool can write it writes, the rest goes to the file; either way the file is read afterwards. The claim holds what is
/// to be written, so that an agent that dies in the middle leaves nothing half done.
/// </summary>
/// <param name="key">The sidecar.</param>
/// <param name="offset">Where.</param>
/// <param name="payload">What.</param>
/// <param name="ifHash">Digest that the bytes must have that are replaced; null for any.</param>
internal sealed class WriteSidecar(string key, long offset, SidecarPayload payload, string? ifHash) : SidecarChange(key)
{
    /// <inheritdoc/>
    public override string Arguments => $"{Key}\n{offset}\n{Sha256.Hex(payload.Content)}\n{payload.Pattern}\n{payload.LengthText}\n{ifHash}";

    /// <inheritdoc/>
    protected override IWireObject Do(ChangeContext context, SidecarDisk disk)
    {
        long length;
        string before;
        using (FileHandle file = disk.OpenContent(Key, forWriting: true, context.Cancel))
        {
            length = payload.LengthAt(offset, file.Status.Size, Key);
            before = Sha256.Hex(file, offset, length);
            if (ifHash is not null && !string.Equals(before, ifHash, StringComparison.OrdinalIgnoreCase))
            {
                // Also where they are as asked already: another one may have written the same, and of two that count, both must count.
                throw new OperationException(new WireError(
                    ErrorKind.OperationConflict, $"The {length} bytes from {offset} on of the sidecar '{Key}' are not the ones that were read: another one has written them.")
                {
                    Target = Key,
                    RecommendedAction = "Read it again, then write.",
                });
            }

            string note = string.Create(CultureInfo.InvariantCulture, $"{length} {before}");
            new SidecarJournal(Key) { Offset = offset, Length = length, Pattern = payload.Pattern, Note = note }.Write(context.Claim, payload.Content);
            context.Cancel.ThrowIfRequested();
        }

        OperationException? failure = TryByTool(context, disk, length);
        string after = Write(context, disk, length, before, failure);
        context.Remember(null, string.Create(CultureInfo.InvariantCulture, $"{length} {before} {after}"));
        return new SidecarWritten(length, before, after);
    }

    /// <inheritdoc/>
    protected override IWireObject AnswerDone(ChangeContext context)
    {
        string[] parts = context.Remembered!.Note.Split(' ');
        return parts.Length == 3 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            ? new SidecarWritten(length, parts[1], parts[2])
            : throw new OperationException(ErrorKind.ToolFailed, $"The record of the operation '{context.Request.OperationId}' on the datastore cannot be read.");
    }

    /// <summary>Lets the host's tool write what it can.</summary>
    /// <returns>How it failed; null where it did not, or was not asked.</returns>
    private OperationException? TryByTool(ChangeContext context, SidecarDisk disk, long length)
    {
        DiskWork work = context.Work("sidecar");
        try
        {
            if (payload.TextForTool is string text)
            {
                disk.Patiently(context.Cancel, () => context.Tools.DiskTool.WriteSidecarText(disk.Directory, disk.FileName, Key, offset, text, work));
            }
            else if (payload.IsFill)
            {
                disk.Patiently(context.Cancel, () => context.Tools.DiskTool.FillSidecar(disk.Directory, disk.FileName, Key, offset, payload.Pattern, length, work));
            }

            return null;
        }
        catch (OperationException e)
        {
            return e;
        }
    }

    /// <summary>Writes what is not there yet. A tool that failed before it changed anything has the last word; one that died in the middle has not.</summary>
    /// <returns>Digest of what is there now.</returns>
    private string Write(ChangeContext context, SidecarDisk disk, long length, string before, OperationException? failure)
    {
        try
        {
            using FileHandle file = disk.OpenContent(Key, forWriting: true, context.Cancel);
            if (!payload.IsHeldBy(file, offset, length))
            {
                if (failure is not null && Sha256.Hex(file, offset, length) == before)
                {
                    throw failure;
                }

                payload.WriteTo(file, offset, length);
            }

            return Sha256.Hex(file, offset, length);
        }
        catch (PosixException e)
        {
            WireError error = ChangeRuns.Translate(e, context.Request.Datastore.Name).Error;
            throw new OperationException(new WireError(
                error.Kind, $"The bytes {offset} to {offset + length - 1} of the sidecar '{Key}' may be the old ones or the new ones: {e.Message}.")
            {
                Target = Key,
                ToolError = e.Message,
                RecommendedAction = "Write them again.",
            });
        }
    }
}
