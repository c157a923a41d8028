using System;
using EsxAgent.HostAgent.Operations;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>One request on its way through an operation.</summary>
internal sealed class RequestContext
{
    private readonly byte[] _parameters;

    /// <summary>Makes a context.</summary>
    /// <param name="session">The session that asks.</param>
    /// <param name="id">The request's id as it came.</param>
    /// <param name="parameters">The JSON text of <c>params</c>; empty where there are none.</param>
    public RequestContext(Session session, byte[] id, byte[] parameters)
    {
        Session = session;
        Id = id;
        _parameters = parameters;
        Cancel = new CancelSignal(session.Vm);
    }

    /// <summary>The session that asks.</summary>
    public Session Session { get; }

    /// <summary>The request's id as it came.</summary>
    public byte[] Id { get; }

    /// <summary>The parameters, read as they are asked for.</summary>
    public RequestParameters Parameters => new(_parameters);

    /// <summary>Ends the request early.</summary>
    public CancelSignal Cancel { get; }

    /// <summary>The memory that a large request takes; null for a small one, and when it was handed on.</summary>
    public MemoryShare? Share { get; set; }

    /// <summary>When the request has to be answered, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long Deadline { get; set; }
}
