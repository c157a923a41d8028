using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text.Json;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Volumes.Store;

/// <summary>A change that is done, as it is remembered.</summary>
/// <param name="Method">The method.</param>
/// <param name="Fingerprint">Digest of its arguments.</param>
/// <param name="Name">Name of the volume.</param>
/// <param name="Uuid">Its uuid: another one may have taken its name since. Null where it is not known.</param>
/// <param name="Note">What the answer said that cannot be seen any more; empty for most.</param>
internal sealed record OperationRecord(string Method, string Fingerprint, string Name, string? Uuid, string Note = "");

/// <summary>
/// Remembers changes for a day by their operation id, so that a repeat does nothing twice: files <c>.operations/&lt;id>.json</c>. What makes a volume needs none, the
/// volume's own metadata names the operation.
/// </summary>
internal static class OperationRecords
{
    private const string Ending = ".json";
    private const int MaxBytes = 4096;

    /// <summary>How long a change is remembered.</summary>
    public const int KeepSeconds = 24 * 60 * 60;

    /// <summary>Finds a change; null where it is not remembered.</summary>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    public static OperationRecord? TryRead(GroupDirectory group, string operationId)
    {
        byte[]? text = group.Operations.TryReadFile(operationId + Ending, MaxBytes);
        return text is null ? null : TryParse(text);
    }

    /// <summary>Reads the JSON text; null where it is torn or of another form.</summary>
    internal static OperationRecord? TryParse(ReadOnlySpan<byte> json)
    {
        FlatJson? members = FlatJson.TryRead(json);
        return members?.TextOf("fingerprint") is not string fingerprint ? null
            : new OperationRecord(
                members.TextOf("method") ?? string.Empty, fingerprint, members.TextOf("name") ?? string.Empty, members.TextOf("uuid"), members.TextOf("note") ?? string.Empty);
    }

    /// <summary>Remembers a change. Whole or not at all.</summary>
    /// <exception cref="PosixException">The datastore cannot be written.</exception>
    public static void Write(GroupDirectory group, string operationId, OperationRecord record)
    {
        DirectoryHandle folder = group.Operations;
        string beginning = $".new-{operationId}";
        folder.RemoveFile(beginning);
        using (FileHandle file = folder.TryMakeFile(beginning) ?? throw new PosixException(Errno.Exists, $"'{folder.Path}/{beginning}' is used by another"))
        {
            file.Write(ToJson(record), 0);
            file.Sync();
        }

        int error = folder.Rename(beginning, folder, operationId + Ending);
        if (error != 0)
        {
            throw new PosixException(error, $"'{folder.Path}/{beginning}' cannot be renamed");
        }

        folder.Sync();
    }

    /// <summary>Forgets what was done more than a day ago, and what was never written whole.</summary>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    public static void Forget(GroupDirectory group)
    {
        long now = UnixTime.NowSeconds;
        foreach (string name in new List<string>(group.Operations.Names()))
        {
            if (group.Operations.TryStat(name) is FileStatus { IsRegular: true } status && now - status.ModifiedSeconds > KeepSeconds)
            {
                group.Operations.RemoveFile(name);
            }
        }
    }

    /// <summary>The JSON text.</summary>
    internal static byte[] ToJson(OperationRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("method"u8, record.Method);
        writer.WriteString("fingerprint"u8, record.Fingerprint);
        writer.WriteString("name"u8, record.Name);
        writer.WriteString("uuid"u8, record.Uuid);
        writer.WriteNumber("finishedMs"u8, UnixTime.NowMs);
        if (record.Note.Length > 0)
        {
            writer.WriteString("note"u8, record.Note);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
