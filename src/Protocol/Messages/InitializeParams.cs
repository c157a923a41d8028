using System.Text.Json.Serialization;

namespace EsxAgent.Protocol.Messages;

/// <summary>Parameters of <c>initialize</c>.</summary>
/// <param name="ProtocolVersions">The versions that the client speaks.</param>
/// <param name="ClientInfo">Who is asking: for the host's log.</param>
/// <param name="Capabilities">What the client can do; empty in version 1.</param>
public sealed record InitializeParams(int[] ProtocolVersions, ClientInfo ClientInfo, ClientCapabilities Capabilities);

/// <summary>The program that speaks to the agent.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
public sealed record ClientInfo(string Name, string Version);

/// <summary>What a client can do; empty in version 1.</summary>
public sealed record ClientCapabilities;

/// <summary>Parameters that any request may carry; absent ones are not sent.</summary>
public record RequestParams
{
    /// <summary>Milliseconds after which the agent gives up and answers <c>DeadlineExceeded</c>; its own default is 30 000.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TimeoutMs { get; init; }
}

/// <summary>Parameters of <c>$/ping</c>.</summary>
public sealed record PingParams : RequestParams
{
    /// <summary>Bytes that only make the request larger, to measure with; the agent reads over them. Absent where none are wanted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Payload { get; init; }
}

/// <summary>Parameters of <c>host/info</c>.</summary>
public sealed record HostInfoParams : RequestParams
{
    /// <summary>True to ask the tools again for what is otherwise kept for the life of the agent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Refresh { get; init; }
}

/// <summary>Parameters of a listing.</summary>
public record ListParams : RequestParams
{
    /// <summary>Where the page before ended; absent for the first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Cursor { get; init; }

    /// <summary>With it, items arrive as <c>$/progress</c> batches under this token while the host finds them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PartialResultToken { get; init; }
}

/// <summary>Parameters of <c>$/cancelRequest</c>.</summary>
/// <param name="Id">The id of the request.</param>
public sealed record CancelParams(long Id);
