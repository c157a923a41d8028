using System;
using System.Text;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>One row of the method table.</summary>
internal sealed class Method
{
    /// <summary>Instead of a right: every VM may call it, whatever the policy says.</summary>
    public const string? OpenToAll = null;

    private readonly byte[] _wireName = [];
    private readonly string _name = string.Empty;

    /// <summary>Name on the wire.</summary>
    public required string Name
    {
        get => _name;
        init
        {
            _name = value;
            _wireName = Encoding.UTF8.GetBytes(value);
        }
    }

    /// <summary>The name's bytes.</summary>
    public ReadOnlySpan<byte> WireName => _wireName;

    /// <summary>
    /// The right that a caller needs, as a policy names it: the method's own name. <see cref="OpenToAll"/> where it is part of the session itself, or of
    /// finding out what is wrong.
    /// </summary>
    public required string? Right { get; init; }

    /// <summary>Whether it changes something on the host.</summary>
    public required MethodKind Kind { get; init; }

    /// <summary>True where no right is needed.</summary>
    public bool IsOpen => Right is null;

    /// <summary>True where it changes something on the host.</summary>
    public bool IsChange => Kind == MethodKind.Change;

    /// <summary>What it needs of the node of vsish that it names; <see cref="VsiRight.None"/> where it names none.</summary>
    public VsiRight Vsi { get; init; }

    /// <summary>Answers without waiting for anything, on the connection's own thread; null where there is no answer at hand.</summary>
    public AtOnceAnswer? AtOnce { get; init; }

    /// <summary>Answers on a worker's thread; may start tools and wait. Null for a method that always answers at once.</summary>
    public Func<RequestContext, IWireObject>? Run { get; init; }

    /// <summary>
    /// Begins something that takes its own time on threads of its own, and answers when that is done: no worker is held meanwhile. It must return soon, and
    /// watches the request's <see cref="RequestContext.Cancel"/> itself. Where it throws, the answer must not have been given. Null for every other method.
    /// </summary>
    public Action<RequestContext, Answer>? Begin { get; init; }

    /// <summary>True for a method that never ends by itself: an agent that is told to end does not wait for it.</summary>
    public bool IsEndless { get; init; }

    /// <summary>Milliseconds that a request gets where it names none; null for one that ends only by itself or when it is cancelled.</summary>
    public int? TimeoutMs { get; init; } = SessionLimitsInForce.RequestMs;

    /// <summary>How long its requests took.</summary>
    public LatencyHistogram Latency { get; } = new();
}

/// <summary>What a method does to the host.</summary>
internal enum MethodKind
{
    /// <summary>Nothing.</summary>
    Read,

    /// <summary>It changes volumes or sidecars.</summary>
    Change,
}

/// <summary>Ends a request: called exactly once, from any thread.</summary>
/// <param name="result">The result; null where there is an error.</param>
/// <param name="error">The failure; null where there is a result.</param>
internal delegate void Answer(IWireObject? result, Exception? error);

/// <summary>Answers without waiting.</summary>
/// <param name="caller">The VM that asks.</param>
/// <param name="parameters">Valid during the call only.</param>
/// <returns>The result; null where it is not at hand.</returns>
internal delegate IWireObject? AtOnceAnswer(Caller caller, RequestParameters parameters);
