using System;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>One row of the method table.</summary>
internal sealed class Method
{
    /// <summary>Name on the wire.</summary>
    public required string Name { get; init; }

    /// <summary>True where it is part of the session itself, or of finding out what is wrong. Every other method needs the right of its own name.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Answers without waiting for anything, on the connection's own thread; null where there is no answer at hand.</summary>
    public Func<RequestContext, IWireObject?>? AtOnce { get; init; }

    /// <summary>Answers on a worker's thread; may start tools and wait. Null for a method that always answers at once.</summary>
    public Func<RequestContext, IWireObject>? Run { get; init; }
}
