using System;
using System.Collections.Generic;
using System.Text.Json;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Operations;

/// <summary>
/// Reads named parameters from the JSON text of <c>params</c>, each when it is asked for. A parameter that is absent or null has no value;
/// one of another type is an error that names it and says what is expected. Unknown members are ignored.
/// </summary>
internal readonly ref struct RequestParameters(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;

    /// <summary>The parameters as the audit shows them.</summary>
    public byte[] Shown() => AuditArguments.Of(_json);

    /// <summary>A text, or null.</summary>
    public string? Text(string name)
    {
        Utf8JsonReader reader = Find(name);
        return reader.TokenType switch
        {
            JsonTokenType.None or JsonTokenType.Null => null,
            JsonTokenType.String => GetString(ref reader, name),
            _ => throw Invalid(name, "must be a text"),
        };
    }

    /// <summary>A whole number between two bounds, or null.</summary>
    public long? Integer(string name, long minimum, long maximum)
    {
        Utf8JsonReader reader = Find(name);
        if (reader.TokenType is JsonTokenType.None or JsonTokenType.Null)
        {
            return null;
        }

        bool isInteger = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) && value >= minimum && value <= maximum;
        return isInteger ? reader.GetInt64() : throw Invalid(name, $"must be a whole number from {minimum} to {maximum}");
    }

    /// <summary>Bytes in base64, or null.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="most">How many there may be.</param>
    public byte[]? Bytes(string name, int most)
    {
        Utf8JsonReader reader = Find(name);
        if (reader.TokenType is JsonTokenType.None or JsonTokenType.Null)
        {
            return null;
        }

        byte[]? bytes = null;
        bool isBase64 = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length / 4 * 3 <= most + 2 && TryGetBytes(ref reader, out bytes);
        return isBase64 && bytes!.Length <= most ? bytes : throw Invalid(name, $"must be at most {most} bytes in base64");
    }

    /// <summary>A flag; false where it is absent.</summary>
    public bool Flag(string name) => Find(name).TokenType switch
    {
        JsonTokenType.None or JsonTokenType.Null or JsonTokenType.False => false,
        JsonTokenType.True => true,
        _ => throw Invalid(name, "must be true or false"),
    };

    /// <summary>The JSON text of an integer or string that is passed back as it came: an id or a token. Empty where it is absent.</summary>
    public ReadOnlySpan<byte> Token(string name)
    {
        Utf8JsonReader reader = Find(name);
        return reader.TokenType switch
        {
            JsonTokenType.None or JsonTokenType.Null => default,
            JsonTokenType.String or JsonTokenType.Number => _json[(int)reader.TokenStartIndex..(int)reader.BytesConsumed],
            _ => throw Invalid(name, "must be an integer or a text"),
        };
    }

    /// <summary>A map of texts, in the order in which they stand; null where it is absent.</summary>
    public Dictionary<string, string>? TextMap(string name)
    {
        Utf8JsonReader reader = Find(name);
        if (reader.TokenType is JsonTokenType.None or JsonTokenType.Null)
        {
            return null;
        }

        var map = new Dictionary<string, string>();
        bool isMap = reader.TokenType == JsonTokenType.StartObject;
        while (isMap && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = GetString(ref reader, name);
            isMap = reader.Read() && reader.TokenType == JsonTokenType.String;
            if (isMap)
            {
                map[key] = GetString(ref reader, name);
            }
        }

        return isMap ? map : throw Invalid(name, "must be an object whose members are texts");
    }

    /// <summary>A list of whole numbers; null where it is absent.</summary>
    public int[]? Integers(string name)
    {
        Utf8JsonReader reader = Find(name);
        if (reader.TokenType is JsonTokenType.None or JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Invalid(name, "must be a list of whole numbers");
        }

        int[] numbers = new int[16];
        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == numbers.Length || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out numbers[count++]))
            {
                throw Invalid(name, $"must be a list of at most {numbers.Length} whole numbers");
            }
        }

        return numbers.AsSpan(0, count).ToArray();
    }

    /// <summary>A list of texts; null where it is absent.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="most">How many there may be.</param>
    public string[]? Texts(string name, int most)
    {
        Utf8JsonReader reader = Find(name);
        if (reader.TokenType is JsonTokenType.None or JsonTokenType.Null)
        {
            return null;
        }

        var texts = new List<string>();
        bool isList = reader.TokenType == JsonTokenType.StartArray;
        while (isList && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            isList = reader.TokenType == JsonTokenType.String && texts.Count < most;
            texts.Add(isList ? GetString(ref reader, name) : string.Empty);
        }

        return isList ? [.. texts] : throw Invalid(name, $"must be a list of at most {most} texts");
    }

    /// <summary>The object that a parameter holds; empty where it is absent.</summary>
    public RequestParameters Object(string name)
    {
        Utf8JsonReader reader = Find(name);
        if (reader.TokenType is JsonTokenType.None or JsonTokenType.Null)
        {
            return default;
        }

        int start = (int)reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Invalid(name, "must be an object");
        }

        reader.Skip();
        return new RequestParameters(_json[start..(int)reader.BytesConsumed]);
    }

    private static OperationException Invalid(string name, string rule) =>
        new(new WireError(ErrorKind.InvalidParams, $"The parameter '{name}' {rule}.") { Target = name });

    /// <summary>The reader at the value of a member; at no token where it is absent.</summary>
    private Utf8JsonReader Find(string name)
    {
        if (_json.IsEmpty || _json is [(byte)'{', (byte)'}'])
        {
            return default;
        }

        var reader = new Utf8JsonReader(_json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isWanted = Is(ref reader, name);
            reader.Read();
            if (isWanted)
            {
                return reader;
            }

            reader.Skip();
        }

        return default;
    }

    private static bool Is(ref Utf8JsonReader reader, string name)
    {
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            // An escape sequence that is no character: such a name is nobody's, and unknown members are ignored.
            return false;
        }
    }

    private static bool TryGetBytes(ref Utf8JsonReader reader, out byte[]? bytes)
    {
        try
        {
            return reader.TryGetBytesFromBase64(out bytes);
        }
        catch (InvalidOperationException)
        {
            // An escape sequence that is no character is no base64 either.
            bytes = null;
            return false;
        }
    }

    private static string GetString(ref Utf8JsonReader reader, string name)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Invalid(name, "holds an escape sequence that is no character");
        }
    }
}
