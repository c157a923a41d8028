using System.Text.Json;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Protocol.Errors;

/// <summary>An error as it travels: the JSON-RPC <c>error</c> member.</summary>
public sealed record WireError
{
    /// <summary>Makes an error.</summary>
    /// <param name="kind">Its row of the error table.</param>
    /// <param name="message">One sentence for a person.</param>
    public WireError(ErrorKind kind, string message)
    {
        Kind = kind;
        Message = message;
    }

    /// <summary>Its row of the error table.</summary>
    public ErrorKind Kind { get; }

    /// <summary>One sentence for a person.</summary>
    public string Message { get; init; }

    /// <summary>The operation that the error belongs to, for repeating it.</summary>
    public string? OperationId { get; init; }

    /// <summary>What the error is about: a volume id, a path, a parameter's name.</summary>
    public string? Target { get; init; }

    /// <summary>What the person should do.</summary>
    public string? RecommendedAction { get; init; }

    /// <summary>Exit status of the host's tool.</summary>
    public int? ToolExitCode { get; init; }

    /// <summary>The last lines that the host's tool wrote to its standard error.</summary>
    public string? ToolError { get; init; }

    /// <summary>Milliseconds after which trying again makes sense.</summary>
    public int? RetryAfterMs { get; init; }

    /// <summary>The protocol versions that the agent speaks, with <see cref="ErrorKind.ProtocolMismatch"/>.</summary>
    public int[]? AgentVersions { get; init; }

    /// <summary>The protocol versions that the client offered, with <see cref="ErrorKind.ProtocolMismatch"/>.</summary>
    public int[]? ClientVersions { get; init; }

    /// <summary>The volume that is there, with <see cref="ErrorKind.VolumeAlreadyExists"/>.</summary>
    public Volume? Existing { get; init; }

    /// <summary>Writes the <c>error</c> object.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("code"u8, Kind.Code);
        writer.WriteString("message"u8, Message);
        writer.WriteStartObject("data"u8);
        writer.WriteString("kind"u8, Kind.Name);
        writer.WriteString("status"u8, Kind.Status);
        writer.WriteBoolean("retryable"u8, Kind.Retryable);
        writer.WriteGiven("operationId"u8, OperationId);
        writer.WriteGiven("target"u8, Target);
        writer.WriteGiven("recommendedAction"u8, RecommendedAction);
        writer.WriteGiven("toolExitCode"u8, ToolExitCode);
        writer.WriteGiven("toolError"u8, ToolError);
        writer.WriteGiven("retryAfterMs"u8, RetryAfterMs);
        writer.WriteGiven("agentVersions"u8, AgentVersions);
        writer.WriteGiven("clientVersions"u8, ClientVersions);
        if (Existing is not null)
        {
            writer.WriteObject("existing"u8, Existing);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Reads an <c>error</c> object; members that are absent or of another type are left out, so that any JSON-RPC peer's error can be shown.</summary>
    public static WireError Read(JsonElement error)
    {
        JsonElement data = error.TryGetProperty("data"u8, out JsonElement given) ? given : default;
        ErrorKind kind = ErrorKind.Of(data.TextOf("kind"), error.NumberOf("code") ?? ErrorKind.InternalError.Code, data.TextOf("status"), data.FlagOf("retryable"));
        return new WireError(kind, error.TextOf("message") ?? kind.Name)
        {
            OperationId = data.TextOf("operationId"),
            Target = data.TextOf("target"),
            RecommendedAction = data.TextOf("recommendedAction"),
            ToolExitCode = data.NumberOf("toolExitCode"),
            ToolError = data.TextOf("toolError"),
            RetryAfterMs = data.NumberOf("retryAfterMs"),
            AgentVersions = data.NumbersOf("agentVersions"),
            ClientVersions = data.NumbersOf("clientVersions"),
            Existing = data.VolumeOf("existing"),
        };
    }
}
