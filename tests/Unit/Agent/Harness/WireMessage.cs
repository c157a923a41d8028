using System;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>A body that the agent sent.</summary>
internal sealed class WireMessage
{
    private readonly string _text;

    /// <summary>Takes a body.</summary>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public WireMessage(ReadOnlySpan<byte> body)
    {
        _text = Encoding.UTF8.GetString(body);
        Json = JsonNode.Parse(_text) as JsonObject ?? throw new JsonException($"The agent sent a body that is no object: {_text}");
        using JsonDocument document = JsonDocument.Parse(_text);
        Id = document.RootElement.TryGetProperty("id", out JsonElement id) ? id.GetRawText() : null;
    }

    /// <summary>The whole object.</summary>
    public JsonObject Json { get; }

    /// <summary>The id letter for letter as it came; null on a notification.</summary>
    public string? Id { get; }

    /// <summary>Name of a notification.</summary>
    public string? Method => Json["method"]?.GetValue<string>();

    /// <summary>The result; fails the test where the answer is an error.</summary>
    public JsonNode? Result
    {
        get
        {
            Assert.True(Json.TryGetPropertyValue("result", out JsonNode? result), $"A result was expected, this came: {this}");
            return result;
        }
    }

    /// <summary>The kind of the error; null where there is none.</summary>
    public string? ErrorKind => Json["error"]?["data"]?["kind"]?.GetValue<string>();

    /// <summary>The sentence of the error.</summary>
    public string ErrorMessage => Json["error"]!["message"]!.GetValue<string>();

    /// <summary>Fails the test where this is not the error that was expected.</summary>
    /// <param name="kind">The stable name.</param>
    /// <param name="code">The JSON-RPC code.</param>
    /// <param name="id">JSON text of the id; not looked at where nothing is given.</param>
    public WireMessage MustFail(string kind, int code, string? id = null)
    {
        int? actual = Json["error"]?["code"]?.GetValue<int>();
        Assert.True(
            ErrorKind == kind && actual == code && (id is null || Id == id),
            $"The error {kind} ({code}){(id is null ? string.Empty : $" with the id {id}")} was expected, this came: {this}");
        return this;
    }

    /// <summary>The body letter for letter.</summary>
    public override string ToString() => _text;
}
