using System;
using System.Collections.Generic;
using System.Text.Json;

namespace EsxAgent.Simulator.Host;

/// <summary>Takes typed members out of a JSON object and says which one of which file is missing or of the wrong kind.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="json">The object.</param>
internal readonly struct JsonMembers(string path, JsonElement json)
{
    /// <summary>A string.</summary>
    public string Text(string name) => Member(name, JsonValueKind.String).GetString()!;

    /// <summary>A whole number.</summary>
    public long Number(string name) => Member(name, JsonValueKind.Number).TryGetInt64(out long value)
        ? value
        : throw SimulatorException.BrokenHost($"{path}: '{name}' is not a whole number of at most 64 bits");

    /// <summary>True or false.</summary>
    public bool Flag(string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value)
        && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.ValueKind == JsonValueKind.True
            : throw SimulatorException.BrokenHost($"{path}: '{name}' is missing or neither true nor false");

    /// <summary>A time in UTC, ISO 8601.</summary>
    public DateTime Time(string name) => Member(name, JsonValueKind.String).TryGetDateTime(out DateTime value) && value.Kind == DateTimeKind.Utc
        ? value
        : throw SimulatorException.BrokenHost($"{path}: '{name}' is not a time such as 2025-01-31T08:00:00Z");

    /// <summary>An object inside the object.</summary>
    public JsonMembers Object(string name) => new(path, Member(name, JsonValueKind.Object));

    /// <summary>An object inside the object; null where there is no member of that name.</summary>
    public JsonMembers? OptionalObject(string name) => Has(name) ? Object(name) : null;

    /// <summary>Whether there is a member of that name.</summary>
    public bool Has(string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out _);

    /// <summary>The objects of an array that is the whole file.</summary>
    public static IEnumerable<JsonMembers> Each(string path, JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw SimulatorException.BrokenHost($"{path}: not a list");
        }

        foreach (JsonElement one in array.EnumerateArray())
        {
            yield return new JsonMembers(path, one);
        }
    }

    private JsonElement Member(string name, JsonValueKind kind) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind
            ? value
            : throw SimulatorException.BrokenHost($"{path}: '{name}' is missing or not of the kind {kind}");
}
