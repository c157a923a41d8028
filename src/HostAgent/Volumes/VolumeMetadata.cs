using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text.Encodings.Web;
using System.Text.Json;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes;

/// <summary>What a volume carries with it: who made it, by which request, and what users keep with it. JSON in the volume's metadata slots.</summary>
internal sealed record VolumeMetadata
{
    /// <summary>Version of this form. A reader takes a higher one for damaged rather than guessing.</summary>
    public const int Schema = 1;

    private static readonly JsonWriterOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Uuid of the volume.</summary>
    public required string Uuid { get; init; }

    /// <summary>Its name as it was given, in the case of its maker.</summary>
    public required string Name { get; init; }

    /// <summary>When it was made, in milliseconds since 1970, UTC.</summary>
    public required long CreatedMs { get; init; }

    /// <summary>Display name of the VM that made it.</summary>
    public required string? CreatorName { get; init; }

    /// <summary>Instance uuid of that VM, or its BIOS uuid.</summary>
    public required string? CreatorUuid { get; init; }

    /// <summary>The operation that made it.</summary>
    public required string OperationId { get; init; }

    /// <summary>Digest of that operation's arguments.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The last operation that changed this metadata; null where none did.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>See <see cref="VolumeFormat"/>.</summary>
    public required string Format { get; init; }

    /// <summary>See <see cref="VolumeAccess"/>.</summary>
    public required string Access { get; init; }

    /// <summary>See <see cref="VolumePersistence"/>.</summary>
    public required string Persistence { get; init; }

    /// <summary>Labels, in the order they were given.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The JSON text.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, s_relaxed);
        writer.WriteStartObject();
        writer.WriteNumber("schema"u8, Schema);
        writer.WriteString("uuid"u8, Uuid);
        writer.WriteString("name"u8, Name);
        writer.WriteNumber("createdMs"u8, CreatedMs);
        writer.WriteString("creatorName"u8, CreatorName);
        writer.WriteString("creatorUuid"u8, CreatorUuid);
        writer.WriteString("operationId"u8, OperationId);
        writer.WriteString("fingerprint"u8, Fingerprint);
        writer.WriteString("changedBy"u8, ChangedBy);
        writer.WriteString("format"u8, Format);
        writer.WriteString("access"u8, Access);
        writer.WriteString("persistence"u8, Persistence);
        writer.WriteStartObject("labels"u8);
        foreach (KeyValuePair<string, string> label in Labels)
        {
            writer.WriteString(label.Key, label.Value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the JSON text; null where it is not of this form.</summary>
    public static VolumeMetadata? TryRead(ReadOnlySpan<byte> json)
    {
        FlatJson? members = FlatJson.TryRead(json);
        bool isWhole = members?.NumberOf("schema") == Schema && members.TextOf("uuid") is not null && members.TextOf("name") is not null
            && members.TextOf("operationId") is not null && members.NumberOf("createdMs") is not null;
        return !isWhole ? null : new VolumeMetadata
        {
            Uuid = members!.TextOf("uuid")!,
            Name = members.TextOf("name")!,
            CreatedMs = members.NumberOf("createdMs")!.Value,
            CreatorName = members.TextOf("creatorName"),
            CreatorUuid = members.TextOf("creatorUuid"),
            OperationId = members.TextOf("operationId")!,
            Fingerprint = members.TextOf("fingerprint") ?? string.Empty,
            ChangedBy = members.TextOf("changedBy"),
            Format = members.TextOf("format") ?? VolumeFormat.Thin,
            Access = members.TextOf("access") ?? VolumeAccess.ReadWrite,
            Persistence = members.TextOf("persistence") ?? VolumePersistence.IndependentPersistent,
            Labels = members.MapOf("labels"),
        };
    }
}
