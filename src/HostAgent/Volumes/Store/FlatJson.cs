using System;
using System.Collections.Generic;
using System.Text.Json;

namespace EsxAgent.HostAgent.Volumes.Store;

/// <summary>
/// An object that the agent has written itself: texts, numbers, and one level of maps of texts. What else stands in it is a later agent's and is passed over.
/// </summary>
internal sealed class FlatJson
{
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, long> _numbers = [];
    private readonly Dictionary<string, Dictionary<string, string>> _maps = [];

    /// <summary>Reads a text; null where it is torn, or no such object.</summary>
    public static FlatJson? TryRead(ReadOnlySpan<byte> json)
    {
        var members = new FlatJson();
        var reader = new Utf8JsonReader(json);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                members.ReadMember(ref reader);
            }

            // Throws where anything but white space follows.
            reader.Read();
            return members;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A text; null where it is absent.</summary>
    public string? TextOf(string name) => _texts.GetValueOrDefault(name);

    /// <summary>A whole number; null where it is absent.</summary>
    public long? NumberOf(string name) => _numbers.TryGetValue(name, out long number) ? number : null;

    /// <summary>A map; empty where it is absent.</summary>
    public Dictionary<string, string> MapOf(string name) => _maps.GetValueOrDefault(name) ?? [];

    private void ReadMember(ref Utf8JsonReader reader)
    {
        string name = reader.GetString()!;
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                _texts[name] = reader.GetString()!;
                break;
            case JsonTokenType.Number when reader.TryGetInt64(out long number):
                _numbers[name] = number;
                break;
            case JsonTokenType.StartObject:
                _maps[name] = ReadMap(ref reader);
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private static Dictionary<string, string> ReadMap(ref Utf8JsonReader reader)
    {
        var map = new Dictionary<string, string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
            {
                map[name] = reader.GetString()!;
            }
            else
            {
                reader.Skip();
            }
        }

        return map;
    }
}
