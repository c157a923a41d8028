using System.Text.Json;
using System.Text.Json.Serialization;

namespace EsxAgent.Protocol.Messages;

/// <summary>A sidecar: bytes that a disk carries with it under a key, in a file of their own beside it. Answer to some changes, item of <c>sidecar/list</c>.</summary>
public sealed record Sidecar : IWireObject
{
    /// <summary><c>name@datastore</c> of the volume, or the path of the descriptor on the host where the disk is no volume of the agent's.</summary>
    public string? Disk { get; init; }

    /// <summary>Its key, unique on the disk.</summary>
    public string? Key { get; init; }

    /// <summary>Its size in bytes, a multiple of 4096; null where its file is missing.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Name of its file beside the descriptor.</summary>
    public string? FileName { get; init; }

    /// <summary>Whether the host's own tool lists it too; null where the tool was not asked.</summary>
    public bool? Confirmed { get; init; }

    /// <summary>What is wrong with it, in one sentence; null where nothing is.</summary>
    public string? Problem { get; init; }

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("disk"u8, Disk);
        writer.WriteValue("key"u8, Key);
        writer.WriteValue("sizeBytes"u8, SizeBytes);
        writer.WriteValue("fileName"u8, FileName);
        writer.WriteValue("confirmed"u8, Confirmed);
        writer.WriteValue("problem"u8, Problem);
        writer.WriteEndObject();
    }
}

/// <summary>Answer to <c>sidecar/read</c>.</summary>
public sealed record SidecarBytes : IWireObject
{
    /// <summary>The bytes, in base64 on the wire; fewer than asked for where the sidecar ends before.</summary>
    [JsonPropertyName("base64")]
    public byte[] Content { get; init; } = [];

    /// <summary>How many they are.</summary>
    public int Length { get; init; }

    /// <summary>Size of the whole sidecar.</summary>
    public long SizeBytes { get; init; }

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteBase64String("base64"u8, Content);
        writer.WriteNumber("length"u8, Length);
        writer.WriteNumber("sizeBytes"u8, SizeBytes);
        writer.WriteEndObject();
    }
}

/// <summary>Answer to <c>sidecar/compare</c>.</summary>
/// <param name="Equal">True where the sidecar holds exactly that at that place.</param>
public sealed record SidecarComparison(bool Equal) : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("equal"u8, Equal);
        writer.WriteEndObject();
    }
}

/// <summary>Answer to <c>sidecar/write</c>, <c>sidecar/writeString</c> and <c>sidecar/fill</c>.</summary>
/// <param name="Length">Bytes that were replaced, from the offset on; a text replaces everything up to the end of the sidecar.</param>
/// <param name="HashBefore">SHA-256 of those bytes as they were, in lower-case hexadecimal.</param>
/// <param name="HashAfter">SHA-256 of those bytes as they are now.</param>
public sealed record SidecarWritten(long Length, string HashBefore, string HashAfter) : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("length"u8, Length);
        writer.WriteString("hashBefore"u8, HashBefore);
        writer.WriteString("hashAfter"u8, HashAfter);
        writer.WriteEndObject();
    }
}

/// <summary>Answer to <c>sidecar/remove</c> and <c>sidecar/clear</c>.</summary>
/// <param name="Removed">How many were removed; 0 where there were none, which is success.</param>
public sealed record SidecarRemoval(int Removed) : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("removed"u8, Removed);
        writer.WriteEndObject();
    }
}
