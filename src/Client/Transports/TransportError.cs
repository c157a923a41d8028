namespace EsxAgent.Client.Transports;

/// <summary>What a system's error number means for a connection: the same words on every system.</summary>
internal enum TransportError
{
    /// <summary>A number that has no meaning of its own here.</summary>
    Other,

    /// <summary>The socket's path does not exist.</summary>
    Missing,

    /// <summary>Nobody listens.</summary>
    Refused,

    /// <summary>The other side ended the connection; at connect on a vSocket also: nobody listens.</summary>
    Reset,

    /// <summary>The system gave up waiting.</summary>
    TimedOut,

    /// <summary>Access is denied.</summary>
    Denied,

    /// <summary>A local port below 1024 is denied to this process.</summary>
    PortDenied,

    /// <summary>The local port is in use, or lingers.</summary>
    AddressInUse,

    /// <summary>The driver is out of buffers for the moment.</summary>
    NoBuffers,

    /// <summary>No machine has the context id.</summary>
    UnknownContext,

    /// <summary>The system has no such address family.</summary>
    FamilyUnsupported,

    /// <summary>The system has the address family and a filter denies it.</summary>
    FamilyDenied,

    /// <summary>The path leads to a socket of another type.</summary>
    WrongType,
}
