using System;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EsxAgent.Protocol.Messages;

/// <summary>Item of <c>vsi/list</c>: what a directory of the vsish tree holds.</summary>
/// <param name="Name">Name of the child, without a slash.</param>
/// <param name="IsDirectory">True where it has children itself, false where it has a value.</param>
public sealed record VsiChild(string? Name, bool IsDirectory) : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("name"u8, Name);
        writer.WriteBoolean("isDirectory"u8, IsDirectory);
        writer.WriteEndObject();
    }
}

/// <summary>Answer to <c>vsi/get</c>: a leaf of the vsish tree.</summary>
public sealed record VsiLeaf : IWireObject
{
    /// <summary>Path, as it was asked for.</summary>
    public string? Path { get; init; }

    /// <summary>The text exactly as the host printed it; bytes that are no UTF-8 became U+FFFD.</summary>
    public string? Text { get; init; }

    /// <summary>The same, typed.</summary>
    public VsiValue? Value { get; init; }

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("path"u8, Path);
        writer.WriteValue("text"u8, Text);
        writer.WritePropertyName("value"u8);
        VsiMembers.WriteValueOrNull(writer, Value);
        writer.WriteEndObject();
    }
}

/// <summary>
/// Item of <c>vsi/walk</c>: a directory or leaf. Of <see cref="Text"/>, <see cref="Value"/> and <see cref="Error"/> only those are sent that there are.
/// </summary>
public sealed record VsiTreeNode : IWireObject
{
    /// <summary>Its path from the root.</summary>
    public string? Path { get; init; }

    /// <summary>True where it has children, false where it has a value.</summary>
    public bool IsDirectory { get; init; }

    /// <summary>A leaf's text exactly as the host printed it; null where leaves were not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    /// <summary>The same, typed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VsiValue? Value { get; init; }

    /// <summary>Why a leaf has no value or a directory no children: it vanished meanwhile, is not supported, or its name cannot be asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VsiError? Error { get; init; }

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("path"u8, Path);
        writer.WriteBoolean("isDirectory"u8, IsDirectory);
        writer.WriteGiven("text"u8, Text);
        VsiMembers.WriteGiven(writer, Value, Error);
        writer.WriteEndObject();
    }
}

/// <summary>
/// Item of <c>vsi/watch</c>: what a node held at a time. The first sample of a watch has every path, the later ones only those that hold something else than
/// what was sent last. Of <see cref="Value"/>, <see cref="Error"/> and <see cref="Lost"/> only those are sent that there are.
/// </summary>
public sealed record VsiSample : IWireObject
{
    /// <summary>When the host was asked, UTC.</summary>
    public DateTime? Time { get; init; }

    /// <summary>Path of the node.</summary>
    public string? Path { get; init; }

    /// <summary>Its value, typed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VsiValue? Value { get; init; }

    /// <summary>Why there is no value at this time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VsiError? Error { get; init; }

    /// <summary>
    /// Samples of this watch that were taken before this one and could not be sent, because the guest had not read what was sent before; null where none were.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Lost { get; init; }

    /// <summary>Its path. The form that a record has of itself would bring the library's formatting of times along.</summary>
    public override string ToString() => Path ?? string.Empty;

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("time"u8, Time);
        writer.WriteValue("path"u8, Path);
        VsiMembers.WriteGiven(writer, Value, Error);
        if (Lost is long lost)
        {
            writer.WriteNumber("lost"u8, lost);
        }

        writer.WriteEndObject();
    }
}

/// <summary>Why a node of a walk or watch has no value. It concerns this node alone.</summary>
/// <param name="Kind">Name of the error's kind, for example <c>VsiNodeNotFound</c>.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="ToolError">What vsish said; null where it said nothing.</param>
public sealed record VsiError(string? Kind, string? Message, string? ToolError) : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("kind"u8, Kind);
        writer.WriteValue("message"u8, Message);
        writer.WriteValue("toolError"u8, ToolError);
        writer.WriteEndObject();
    }
}

/// <summary>Members that several of these objects have.</summary>
internal static class VsiMembers
{
    public static void WriteGiven(Utf8JsonWriter writer, VsiValue? value, VsiError? error)
    {
        if (value is not null)
        {
            writer.WritePropertyName("value"u8);
            value.WriteTo(writer);
        }

        if (error is not null)
        {
            writer.WriteObject("error"u8, error);
        }
    }

    public static void WriteValueOrNull(Utf8JsonWriter writer, VsiValue? value)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer);
        }
    }
}
