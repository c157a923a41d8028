using System;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.Client;

/// <summary>
/// An error that the agent answered; its message is the agent's own sentence. Two kinds also come from the session itself:
/// <see cref="ErrorKind.DeadlineExceeded"/> where the agent did not answer in time at all, and <see cref="ErrorKind.FrameTooLarge"/> where a request was
/// too large to be sent.
/// </summary>
public sealed class AgentException : Exception
{
    /// <summary>Makes the exception of an answer.</summary>
    /// <param name="endpoint">Who answered.</param>
    /// <param name="method">What was asked.</param>
    /// <param name="error">The answer.</param>
    public AgentException(Endpoint endpoint, string method, WireError error)
        : base((error ?? throw new ArgumentNullException(nameof(error))).Message)
    {
        Endpoint = endpoint;
        Method = method;
        Error = error;
    }

    /// <summary>The error with all that the agent said about it.</summary>
    public WireError Error { get; }

    /// <summary>The error's kind: stable, to decide by.</summary>
    public ErrorKind Kind => Error.Kind;

    /// <summary>Who answered.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>The method that was asked, for example <c>host/info</c>.</summary>
    public string Method { get; }

    /// <summary>What the person should do; null where the agent knew nothing better than its message.</summary>
    public string? RecommendedAction => Error.RecommendedAction;
}
