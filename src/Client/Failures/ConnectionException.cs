using System;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Client;

/// <summary>There is no connection to the agent, or none that could be used; the message is one sentence for a person.</summary>
public sealed class ConnectionException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="failure">Why there is no connection.</param>
    /// <param name="endpoint">To whom.</param>
    /// <param name="message">One sentence for a person.</param>
    /// <param name="recommendedAction">What the person should do.</param>
    /// <param name="inner">What lies behind it: the agent's refusal, or the last attempt at a new connection.</param>
    public ConnectionException(ConnectionFailure failure, Endpoint endpoint, string message, string recommendedAction, Exception? inner = null)
        : base(message, inner)
    {
        Failure = failure;
        Endpoint = endpoint;
        RecommendedAction = recommendedAction;
    }

    /// <summary>Why there is no connection: stable, to decide by.</summary>
    public ConnectionFailure Failure { get; }

    /// <summary>To whom.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>What the person should do.</summary>
    public string RecommendedAction { get; }

    /// <summary>True where a connection was made, and what failed came after it.</summary>
    internal bool WasAccepted { get; init; }

    /// <summary>The same once more, for the next one who waits: an exception keeps the stack of where it was thrown.</summary>
    internal ConnectionException Copy() => new(Failure, Endpoint, Message, RecommendedAction, InnerException) { WasAccepted = WasAccepted };
}
