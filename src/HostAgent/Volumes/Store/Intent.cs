using System;
using System.Buffers;
using System.Text.Json;

namespace EsxAgent.HostAgent.Volumes.Store;

/// <summary>What a change is about to do, written before it is begun: <c>intent.json</c> in its staging directory.</summary>
internal sealed record Intent
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "intent.json";

    /// <summary>Size of the largest one.</summary>
    public const int MaxBytes = 16 << 10;

    /// <summary>The method, for example <c>volume/create</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The operation.</summary>
    public required string OperationId { get; init; }

    /// <summary>Digest of its arguments.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Name of the volume as the caller wrote it; its directory's name.</summary>
    public required string Name { get; init; }

    /// <summary>The agent that does it, see <see cref="Owners.Id"/>.</summary>
    public required string Owner { get; init; }

    /// <summary>Display name of the VM that asked.</summary>
    public required string? Caller { get; init; }

    /// <summary>When it began, in milliseconds since 1970, UTC.</summary>
    public required long StartedMs { get; init; }

    /// <summary>Bytes that the volume will have: booked against the quota as long as the intent stands; 0 where the change takes none.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The form that a conversion goes to; null for every other change.</summary>
    public string? To { get; init; }

    /// <summary>Bytes that a sidecar will take besides: booked too as long as the intent stands.</summary>
    public long MoreBytes { get; init; }

    /// <summary>Path of the disk, where it is no volume.</summary>
    public string? VmdkPath { get; init; }

    /// <summary>The JSON text.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("method"u8, Method);
        writer.WriteString("operationId"u8, OperationId);
        writer.WriteString("fingerprint"u8, Fingerprint);
        writer.WriteString("name"u8, Name);
        writer.WriteString("owner"u8, Owner);
        writer.WriteString("caller"u8, Caller);
        writer.WriteNumber("startedMs"u8, StartedMs);
        writer.WriteNumber("sizeBytes"u8, SizeBytes);
        writer.WriteString("to"u8, To);
        writer.WriteNumber("moreBytes"u8, MoreBytes);
        writer.WriteString("vmdkPath"u8, VmdkPath);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the JSON text; null where it is torn or of another form.</summary>
    public static Intent? TryRead(ReadOnlySpan<byte> json)
    {
        FlatJson? members = FlatJson.TryRead(json);
        bool isWhole = members?.TextOf("method") is not null && members.TextOf("operationId") is not null && members.TextOf("owner") is not null
            && VolumeName.Problem(members.TextOf("name")) is null;
        return !isWhole ? null : new Intent
        {
            Method = members!.TextOf("method")!,
            OperationId = members.TextOf("operationId")!,
            Fingerprint = members.TextOf("fingerprint") ?? string.Empty,
            Name = members.TextOf("name")!,
            Owner = members.TextOf("owner")!,
            Caller = members.TextOf("caller"),
            StartedMs = members.NumberOf("startedMs") ?? 0,
            SizeBytes = members.NumberOf("sizeBytes") ?? 0,
            To = members.TextOf("to"),
            MoreBytes = members.NumberOf("moreBytes") ?? 0,
            VmdkPath = members.TextOf("vmdkPath"),
        };
    }
}
