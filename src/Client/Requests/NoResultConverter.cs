using System;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EsxAgent.Client;

/// <summary>Reads over any JSON value.</summary>
internal sealed class NoResultConverter : JsonConverter<NoResult>
{
    public override bool HandleNull => true;

    public override NoResult Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Skip();
        return default;
    }

    public override void Write(Utf8JsonWriter writer, NoResult value, JsonSerializerOptions options) => writer.WriteNullValue();
}
