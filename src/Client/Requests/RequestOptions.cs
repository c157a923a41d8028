using System;

namespace EsxAgent.Client;

/// <summary>What one request wants otherwise than its session.</summary>
public sealed record RequestOptions
{
    /// <summary>
    /// Time for the request, reconnecting included; null: the session's. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: the session waits without
    /// end, and the agent keeps to its own default.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// How long a request that the agent has no place for, or that came faster than the VM may ask (<c>TooBusy</c>), is asked again before that is its error; zero: not
    /// at all; null: 10 s, for a change 60 s, as the host's limit of changes is by the minute. For a listing it holds for each page, as long as nothing of the
    /// page has come.
    /// </summary>
    public TimeSpan? BusyPatience { get; init; }
}
