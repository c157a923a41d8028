namespace EsxAgent.Client;

/// <summary>Where a session stands.</summary>
public enum SessionState
{
    /// <summary>Connected.</summary>
    Open,

    /// <summary>The connection was lost and a new one is being made for the requests that wait.</summary>
    Reconnecting,

    /// <summary>
    /// Not connected, and nothing is under way: <see cref="AgentSession.Failure"/> says why. The next request tries again, unless the session was opened
    /// without <see cref="SessionOptions.Reconnect"/>.
    /// </summary>
    Broken,

    /// <summary>Closed by this side, for good.</summary>
    Closed,
}
