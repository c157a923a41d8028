using System.Text.Json;

namespace EsxAgent.Tests.Client;

/// <summary>A message that a fake agent received.</summary>
/// <param name="Id">The id's JSON text; null on a notification.</param>
/// <param name="Method">What is asked.</param>
/// <param name="Params">With what.</param>
internal sealed record FakeRequest(string? Id, string Method, JsonElement Params)
{
    public string? Text(string name) => Params.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public int? Number(string name) => Params.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
}
