using System.Buffers;
using System.Text.Json;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Sidecars;

/// <summary>
/// What a change of a sidecar is about to do, beside its intent in the claim: a write whole, so that an agent that comes after one that died in the middle can finish
/// it; of what a tool does only what tells afterwards that it was this change that did it.
/// </summary>
/// <param name="Key">The sidecar; null for all of them.</param>
internal sealed record SidecarJournal(string? Key)
{
    private const string FileName = "sidecar.json";
    private const string ContentName = "sidecar.content";
    private const int MaxBytes = 4096;
    private const int MaxContent = 1 << 20;

    /// <summary>Where a write begins.</summary>
    public long Offset { get; init; }

    /// <summary>Bytes that a write replaces.</summary>
    public long Length { get; init; }

    /// <summary>Byte behind the content of a write.</summary>
    public byte Pattern { get; init; }

    /// <summary>Size of a sidecar that is made.</summary>
    public long SizeBytes { get; init; }

    /// <summary>What the change answers when it is done, as its record keeps it.</summary>
    public string Note { get; init; } = string.Empty;

    /// <summary>Puts it into the claim. Whole or not at all.</summary>
    /// <exception cref="PosixException">The datastore cannot be written.</exception>
    public void Write(Claim claim, byte[]? content)
    {
        if (content is not null)
        {
            WriteFile(claim.Directory, ContentName, content);
        }

        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("key"u8, Key);
        writer.WriteNumber("offset"u8, Offset);
        writer.WriteNumber("length"u8, Length);
        writer.WriteNumber("pattern"u8, Pattern);
        writer.WriteNumber("sizeBytes"u8, SizeBytes);
        writer.WriteString("note"u8, Note);
        writer.WriteEndObject();
        writer.Flush();
        WriteFile(claim.Directory, FileName, buffer.WrittenSpan);
        claim.Directory.Sync();
    }

    /// <summary>Ends what a dead agent began.</summary>
    /// <returns>The answer as its record keeps it, where the change counts as done; null where it has to be asked for again.</returns>
    /// <exception cref="OperationException">The disk cannot be read.</exception>
    /// <exception cref="PosixException">The datastore cannot be read or written.</exception>
    public static string? Finish(DatastoreDirectories datastores, GroupDirectory group, Claim claim)
    {
        byte[]? text = claim.Directory.TryReadFile(FileName, MaxBytes);
        FlatJson? members = text is null ? null : FlatJson.TryRead(text);
        if (members is null)
        {
            return null;
        }

        Intent intent = claim.Intent;
        string? key = members.TextOf("key");
        string? note = members.TextOf("note");
        using SidecarDisk? disk = TryOpen(datastores, group, intent);
        if (disk is null)
        {
            return null;
        }

        return intent.Method switch
        {
            Methods.SidecarCreate => disk.FileOf(key!) is not null && disk.Describe(key!).SizeBytes == members.NumberOf("sizeBytes") ? note : null,
            Methods.SidecarRemove => disk.FileOf(key!) is null ? note : null,
            Methods.SidecarClear => disk.All(null).Length == 0 ? note : null,
            Methods.SidecarWrite or Methods.SidecarWriteString or Methods.SidecarFill => FinishWrite(disk, claim, key!, members) is string hash ? $"{note} {hash}" : null,
            _ => null,
        };
    }

    private static SidecarDisk? TryOpen(DatastoreDirectories datastores, GroupDirectory group, Intent intent)
    {
        try
        {
            return intent.VmdkPath is string path ? VmdkPath.Parse(path, datastores.TryFind, out _).Open(datastores) : SidecarDisk.Open(group, intent.Name);
        }
        catch (OperationException e) when (e.Error.Kind == ErrorKind.VolumeNotFound || e.Error.Kind == ErrorKind.DatastoreNotFound)
        {
            // The disk is gone with all that it had.
            return null;
        }
    }

    /// <summary>Writes again.</summary>
    /// <returns>Digest of what is there now; null where it cannot be written any more.</returns>
    private static string? FinishWrite(SidecarDisk disk, Claim claim, string key, FlatJson members)
    {
        long offset = members.NumberOf("offset") ?? 0;
        long length = members.NumberOf("length") ?? 0;
        byte[]? content = claim.Directory.TryReadFile(ContentName, MaxContent);
        if (content is null || disk.FileOf(key) is null)
        {
            return null;
        }

        using FileHandle file = disk.OpenContent(key, forWriting: true, new CancelSignal());
        if (offset + length > file.Status.Size || content.Length > length)
        {
            return null;
        }

        new SidecarPayload(content, (byte)(members.NumberOf("pattern") ?? 0), length, null).WriteTo(file, offset, length);
        return Sha256.Hex(file, offset, length);
    }

    private static void WriteFile(DirectoryHandle directory, string name, System.ReadOnlySpan<byte> content)
    {
        using FileHandle file = directory.TryMakeFile(name) ?? throw new PosixException(Errno.Exists, $"'{directory.Path}/{name}' is used by another");
        file.Write(content, 0);
        file.Sync();
    }
}
