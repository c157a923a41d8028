using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EsxAgent.Protocol.Messages;

/// <summary>
/// Reads a typed value by its shape. An object of a shape that this version does not know becomes its JSON text, so that an older guest shows what a newer
/// agent has recognised.
/// </summary>
internal sealed class VsiValueConverter : JsonConverter<VsiValue>
{
    /// <inheritdoc/>
    public override VsiValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        return reader.TokenType switch
        {
            JsonTokenType.String => new VsiTextValue(reader.GetString()!),
            JsonTokenType.Number => new VsiIntegerValue(ReadNumber(ref reader)),
            JsonTokenType.StartArray => new VsiArrayValue(ReadItems(ref reader, options)),
            JsonTokenType.StartObject => ReadObject(ref reader, options),
            _ => throw new JsonException("A value of a vsish node is a text, a number, a list or an object."),
        };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, VsiValue value, JsonSerializerOptions options) => value.WriteTo(writer);

    /// <summary>Writes a number of the range that vsish has.</summary>
    internal static void WriteNumber(Utf8JsonWriter writer, Int128 value)
    {
        if (value > long.MaxValue)
        {
            writer.WriteNumberValue((ulong)value);
        }
        else
        {
            writer.WriteNumberValue((long)value);
        }
    }

    /// <summary>Writes a number with what stands beside it.</summary>
    internal static void WriteObject(Utf8JsonWriter writer, Int128 value, string name, string text, string? type = null)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("value"u8);
        WriteNumber(writer, value);
        writer.WriteString(name, text);
        if (type is not null)
        {
            writer.WriteString("type"u8, type);
        }

        writer.WriteEndObject();
    }

    private static Int128 ReadNumber(ref Utf8JsonReader reader) =>
        reader.TryGetInt64(out long value) ? value
        : reader.TryGetUInt64(out ulong large) ? large
        : throw new JsonException("A number of a vsish node is a whole one of 64 bits.");

    private List<VsiValue> ReadItems(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        var items = new List<VsiValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Read(ref reader, typeof(VsiValue), options));
        }

        return items;
    }

    private VsiValue ReadObject(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        Utf8JsonReader start = reader;
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        List<VsiMember>? members = null;
        Int128? value = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.String:
                    texts[name] = reader.GetString()!;
                    break;
                case JsonTokenType.Number when name == "value":
                    value = ReadNumber(ref reader);
                    break;
                case JsonTokenType.StartArray when name == "members":
                    members = ReadMembers(ref reader, options);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return members is not null ? new VsiStructValue(texts.GetValueOrDefault("title", string.Empty), members)
            : Guid.TryParse(texts.GetValueOrDefault("uuid"), out Guid uuid) ? new VsiUuidValue(uuid)
            : (value is Int128 number ? OfNumber(number, texts) : null) ?? new VsiTextValue(RawText(ref start));
    }

    private static VsiValue? OfNumber(Int128 number, Dictionary<string, string> texts) =>
        texts.TryGetValue("label", out string? label) ? new VsiLabelValue(number, label, texts.GetValueOrDefault("type"))
        : texts.TryGetValue("unit", out string? unit) ? new VsiQuantityValue(number, unit)
        : texts.TryGetValue("hex", out string? hex) && number >= 0 ? new VsiHexValue((ulong)number, hex)
        : null;

    private List<VsiMember> ReadMembers(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        var members = new List<VsiMember>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            string memberName = string.Empty;
            VsiValue? memberValue = null;
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException("A member of a vsish struct is an object.");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isName = reader.ValueTextEquals("name"u8);
                bool isValue = reader.ValueTextEquals("value"u8);
                reader.Read();
                if (isName && reader.TokenType == JsonTokenType.String)
                {
                    memberName = reader.GetString()!;
                }
                else if (isValue)
                {
                    memberValue = Read(ref reader, typeof(VsiValue), options);
                }
                else
                {
                    reader.Skip();
                }
            }

            members.Add(new VsiMember(memberName, memberValue ?? new VsiTextValue(string.Empty)));
        }

        return members;
    }

    private static string RawText(ref Utf8JsonReader start)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref start);
        return document.RootElement.GetRawText();
    }
}
