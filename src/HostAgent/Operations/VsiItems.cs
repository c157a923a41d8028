using System;
using System.Text.Json;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>Writes nodes of vsish as the wire has them, straight from what the tool printed; the guest reads them as records of the same members.</summary>
internal static class VsiItems
{
    /// <summary>Writes <see cref="VsiLeaf"/>.</summary>
    public static void WriteLeaf(Utf8JsonWriter json, string path, ReadOnlySpan<byte> text)
    {
        json.WriteStartObject();
        json.WriteString("path"u8, path);
        WriteContent(json, text);
        json.WriteEndObject();
    }

    /// <summary>Writes <see cref="VsiTreeNode"/>.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="path">The node.</param>
    /// <param name="isDirectory">True where it has children.</param>
    /// <param name="text">What a leaf printed; null where it was not read.</param>
    /// <param name="error">Why it could not be read; null where it could.</param>
    public static void WriteTreeNode(Utf8JsonWriter json, string path, bool isDirectory, ToolOutput? text, WireError? error)
    {
        json.WriteStartObject();
        json.WriteString("path"u8, path);
        json.WriteBoolean("isDirectory"u8, isDirectory);
        if (text is not null)
        {
            WriteContent(json, text.Output.Bytes);
        }

        WriteError(json, error);
        json.WriteEndObject();
    }

    /// <summary>Writes <see cref="VsiSample"/>.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="time">When the host was asked, UTC.</param>
    /// <param name="path">The node.</param>
    /// <param name="text">What it printed; null where it could not be read.</param>
    /// <param name="error">Why not.</param>
    /// <param name="lost">Samples that were lost before this one.</param>
    public static void WriteSample(Utf8JsonWriter json, DateTime time, string path, ToolOutput? text, WireError? error, long lost)
    {
        json.WriteStartObject();
        json.WriteString("time"u8, UtcTime.Exact(time));
        json.WriteString("path"u8, path);
        if (text is not null)
        {
            json.WritePropertyName("value"u8);
            VsiJson.WriteValue(json, VsiText.Parse(text.Output.Bytes));
        }

        WriteError(json, error);
        if (lost > 0)
        {
            json.WriteNumber("lost"u8, lost);
        }

        json.WriteEndObject();
    }

    /// <summary>Whether a failure concerns one node alone, and the others can still be read.</summary>
    public static bool IsOfNode(WireError error) =>
        error.Kind == ErrorKind.VsiNodeNotFound || error.Kind == ErrorKind.ToolFailed
        || error.Kind == ErrorKind.ToolTimeout || error.Kind == ErrorKind.SizeOutOfRange;

    private static void WriteContent(Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        json.WriteString("text"u8, text);
        json.WritePropertyName("value"u8);
        VsiJson.WriteValue(json, VsiText.Parse(text));
    }

    private static void WriteError(Utf8JsonWriter json, WireError? error)
    {
        if (error is not null)
        {
            json.WritePropertyName("error"u8);
            new VsiError(error.Kind.Name, error.Message, error.ToolError).WriteTo(json);
        }
    }
}
