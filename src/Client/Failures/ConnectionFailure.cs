namespace EsxAgent.Client;

/// <summary>Why there is no connection.</summary>
public enum ConnectionFailure
{
    /// <summary>The path of a Unix socket does not exist.</summary>
    EndpointMissing,

    /// <summary>Nobody listens: refused on a Unix socket; reset at connect on a vSocket, again and again from other ports.</summary>
    NothingListens,

    /// <summary>Accepted, then closed or reset before anything was answered.</summary>
    ResetAtOnce,

    /// <summary>No answer until the deadline.</summary>
    Silent,

    /// <summary>This system has no vSockets, or a container's system call filter forbids them; the message tells which.</summary>
    VSocketUnsupported,

    /// <summary>The system denies access to a socket file or to the connection.</summary>
    NotAdministrator,

    /// <summary>No machine has the context id.</summary>
    UnknownContext,

    /// <summary>The agent speaks none of this client's protocol versions.</summary>
    ProtocolMismatch,

    /// <summary>Something answers, and it is not this protocol.</summary>
    NotAnAgent,

    /// <summary>The agent refused the session: caller not identified, not allowed, or too many of them. The inner <see cref="AgentException"/> says which.</summary>
    Refused,

    /// <summary>The connection was lost in the middle.</summary>
    Lost,

    /// <summary>After a reconnect another host answered, and a change was asked: it was not sent.</summary>
    HostChanged,

    /// <summary>The session was closed by this side.</summary>
    Closed,

    /// <summary>The system failed in a way that has no kind of its own; the message holds its words.</summary>
    SystemError,
}
