using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>A body that the agent sent.</summary>
/// <param name="json">The object.</param>
internal sealed class WireMessage(JsonObject json)
{
    /// <summary>The whole object.</summary>
    public JsonObject Json => json;

    /// <summary>JSON text of the id; null on a notification.</summary>
    public string? Id => json.TryGetPropertyValue("id", out JsonNode? id) ? id?.ToJsonString() ?? "null" : null;

    /// <summary>Name of a notification.</summary>
    public string? Method => json["method"]?.GetValue<string>();

    /// <summary>The result; fails the test where the answer is an error.</summary>
    public JsonNode? Result
    {
        get
        {
            Assert.True(json.TryGetPropertyValue("result", out JsonNode? result), $"A result was expected, this came: {this}");
            return result;
        }
    }

    /// <summary>The kind of the error; null where there is none.</summary>
    public string? ErrorKind => json["error"]?["data"]?["kind"]?.GetValue<string>();

    /// <summary>The sentence of the error.</summary>
    public string ErrorMessage => json["error"]!["message"]!.GetValue<string>();

    /// <summary>Fails the test where this is not the error that was expected.</summary>
    /// <param name="kind">The stable name.</param>
    /// <param name="code">The JSON-RPC code.</param>
    /// <param name="id">JSON text of the id; not looked at where nothing is given.</param>
    public WireMessage MustFail(string kind, int code, string? id = null)
    {
        int? actual = json["error"]?["code"]?.GetValue<int>();
        Assert.True(
            ErrorKind == kind && actual == code && (id is null || Id == id),
            $"The error {kind} ({code}){(id is null ? string.Empty : $" with the id {id}")} was expected, this came: {this}");
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => json.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
