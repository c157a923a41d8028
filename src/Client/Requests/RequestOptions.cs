using System;

namespace EsxAgent.Client;

/// <summary>What one request wants otherwise than its session.</summary>
public sealed record RequestOptions
{
    /// <summary>
    /// Time for the request, reconnecting included; null: the session's. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: the session waits without end,
    /// and the agent keeps to its own default.
    /// </summary>
    public TimeSpan? Timeout { get; init; }
}
