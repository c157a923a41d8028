using System.Collections.Generic;
using System.Text.Json;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Protocol;

/// <summary>Reads members of an object that a peer sent and that may be absent or of another type: then the answer is null.</summary>
internal static class TolerantElement
{
    public static string? TextOf(this JsonElement element, string name) =>
        Find(element, name, JsonValueKind.String) is JsonElement text ? text.GetString() : null;

    public static int? NumberOf(this JsonElement element, string name) =>
        Find(element, name, JsonValueKind.Number) is JsonElement number && number.TryGetInt32(out int value) ? value : null;

    public static bool FlagOf(this JsonElement element, string name) => Find(element, name, JsonValueKind.True) is not null;

    public static int[]? NumbersOf(this JsonElement element, string name)
    {
        if (Find(element, name, JsonValueKind.Array) is not JsonElement array)
        {
            return null;
        }

        var numbers = new List<int>(array.GetArrayLength());
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int value))
            {
                numbers.Add(value);
            }
        }

        return [.. numbers];
    }

    public static Volume? VolumeOf(this JsonElement element, string name)
    {
        try
        {
            return Find(element, name, JsonValueKind.Object)?.Deserialize(ProtocolJson.Default.Volume);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Find(JsonElement element, string name, JsonValueKind kind) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind ? value : null;
}
