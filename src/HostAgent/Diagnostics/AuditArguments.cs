using System;
using System.Buffers;
using System.Text.Json;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>The parameters of a change as the audit shows them: on one line, and what is long by its length and digest alone.</summary>
internal static class AuditArguments
{
    /// <summary>Bytes of a parameter that is shown whole.</summary>
    private const int MaxBytes = 512;

    /// <summary>Bytes of all that is shown.</summary>
    private const int MaxAll = 8 << 10;

    /// <summary>Writes them.</summary>
    /// <param name="parameters">The JSON object of the request; empty where there is none.</param>
    public static byte[] Of(ReadOnlySpan<byte> parameters)
    {
        var text = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(text, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        var reader = new Utf8JsonReader(parameters);
        bool isObject = !parameters.IsEmpty && reader.Read();
        while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName && writer.BytesCommitted + writer.BytesPending < MaxAll)
        {
            CopyToken(writer, ref reader);
            reader.Read();
            Utf8JsonReader value = reader;
            reader.Skip();
            ReadOnlySpan<byte> raw = parameters[(int)value.TokenStartIndex..(int)reader.BytesConsumed];
            if (raw.Length <= MaxBytes)
            {
                CopyValue(writer, ref value, reader.BytesConsumed);
            }
            else
            {
                writer.WriteStartObject();
                writer.WriteNumber("bytes"u8, raw.Length);
                writer.WriteString("sha256"u8, Sha256.Hex(raw));
                writer.WriteEndObject();
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return text.WrittenSpan.ToArray();
    }

    private static void CopyValue(Utf8JsonWriter writer, ref Utf8JsonReader reader, long end)
    {
        CopyToken(writer, ref reader);
        while (reader.BytesConsumed < end && reader.Read())
        {
            CopyToken(writer, ref reader);
        }
    }

    /// <summary>Copies a token as it was written, without what stands between tokens: a line break there would end the line of the audit.</summary>
    private static void CopyToken(Utf8JsonWriter writer, ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName:
                writer.WritePropertyName(Unescaped(ref reader));
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(Unescaped(ref reader));
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }

    private static string Unescaped(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "(a text that holds an escape sequence which is no character)";
        }
    }
}
