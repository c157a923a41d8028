using System;

namespace EsxAgent.Client;

/// <summary>How a session connects, waits and comes back.</summary>
public sealed record SessionOptions
{
    /// <summary>The defaults.</summary>
    public static SessionOptions Default { get; } = new();

    /// <summary>Time for connection and handshake together; 10 s. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> waits without end.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time for one request where the caller gives none; 30 s. The agent is told (<c>timeoutMs</c>) and answers <c>DeadlineExceeded</c> itself;
    /// the session gives up a second later. Requests that change something have no limit unless the caller gives one.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the caller of a change that he has cancelled waits for the host's word on how it ended: done after all, or cancelled. 0, which is the default: he is
    /// told at once that it is cancelled, as with every other request; the host hears of it all the same, also after a lost connection.
    /// </summary>
    public TimeSpan CancelWait { get; init; } = TimeSpan.Zero;

    /// <summary>The program's name in the host's log.</summary>
    public string ClientName { get; init; } = "EsxAgent.Client";

    /// <summary>The program's version in the host's log.</summary>
    public string ClientVersion { get; init; } = typeof(SessionOptions).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>
    /// True to make a new connection where the one in use is lost, and to repeat what may be repeated. False: everything that waits fails with
    /// <see cref="ConnectionFailure.Lost"/>, and the session stays <see cref="SessionState.Broken"/>.
    /// </summary>
    public bool Reconnect { get; init; } = true;
}
