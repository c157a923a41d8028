using System;
using System.Text;
using System.Text.Json;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>
/// Writes what was read of a node as the wire has it (<see cref="EsxAgent.Protocol.Messages.VsiValue"/> reads it), straight from the table of entries.
/// Recursion is bounded by
/// <see cref="VsiParser.MaxDepth"/>.
/// </summary>
internal static class VsiJson
{
    /// <summary>Writes the whole answer as one JSON value.</summary>
    public static void WriteValue(Utf8JsonWriter json, VsiText text) => WriteEntry(json, text, 0);

    private static void WriteEntry(Utf8JsonWriter json, VsiText text, int index)
    {
        VsiEntry entry = text[index];
        switch (entry.Kind)
        {
            case VsiEntryKind.Struct:
                WriteStruct(json, text, index);
                break;
            case VsiEntryKind.Array when UuidOf(text, index) is string uuid:
                WriteUuid(json, uuid);
                break;
            case VsiEntryKind.Array:
                json.WriteStartArray();
                for (int i = index + 1; i < entry.Next; i = text[i].Next)
                {
                    WriteEntry(json, text, i);
                }

                json.WriteEndArray();
                break;
            default:
                WriteScalar(json, text.ValueOf(entry));
                break;
        }
    }

    private static void WriteStruct(Utf8JsonWriter json, VsiText text, int index)
    {
        VsiEntry entry = text[index];
        json.WriteStartObject();
        json.WriteString("title"u8, text.ValueOf(entry));
        json.WriteStartArray("members"u8);
        for (int i = index + 1; i < entry.Next; i = text[i].Next)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, text.NameOf(text[i]));
            json.WritePropertyName("value"u8);
            WriteEntry(json, text, i);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteScalar(Utf8JsonWriter json, ReadOnlySpan<byte> value)
    {
        VsiScalar scalar = VsiScalar.Read(value);
        switch (scalar.Notation)
        {
            case VsiNotation.Integer when scalar.IsUnsigned:
                json.WriteNumberValue((ulong)scalar.Value);
                break;
            case VsiNotation.Integer:
                json.WriteNumberValue(scalar.Value);
                break;
            case VsiNotation.Hex:
                WriteStart(json, scalar);
                json.WriteString("hex"u8, value);
                json.WriteEndObject();
                break;
            case VsiNotation.Quantity:
                WriteStart(json, scalar);
                json.WriteString("unit"u8, scalar.Unit);
                json.WriteEndObject();
                break;
            case VsiNotation.Label:
                WriteStart(json, scalar);
                json.WriteString("label"u8, scalar.Label);
                if (!scalar.Type.IsEmpty)
                {
                    json.WriteString("type"u8, scalar.Type);
                }

                json.WriteEndObject();
                break;
            case VsiNotation.Uuid:
                WriteUuid(json, VsiUuid.FromText(value)!);
                break;
            default:
                json.WriteStringValue(value);
                break;
        }
    }

    private static void WriteStart(Utf8JsonWriter json, VsiScalar scalar)
    {
        json.WriteStartObject();
        if (scalar.IsUnsigned)
        {
            json.WriteNumber("value"u8, (ulong)scalar.Value);
        }
        else
        {
            json.WriteNumber("value"u8, scalar.Value);
        }
    }

    private static void WriteUuid(Utf8JsonWriter json, string uuid)
    {
        json.WriteStartObject();
        json.WriteString("uuid"u8, uuid);
        json.WriteEndObject();
    }

    /// <summary>The uuid that an array holds; only its name tells sixteen bytes of a uuid from any sixteen small numbers.</summary>
    private static string? UuidOf(VsiText text, int index) => IsUuidName(text.NameOf(text[index])) ? VsiUuid.FromArray(text, index) : null;

    private static bool IsUuidName(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> word = "uuid"u8;
        for (int i = 0; i + word.Length <= name.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(name.Slice(i, word.Length), word))
            {
                return true;
            }
        }

        return false;
    }
}
