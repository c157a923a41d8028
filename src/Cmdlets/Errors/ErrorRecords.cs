using System;
using System.Management.Automation;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.Errors;

/// <summary>
/// Every error record of the module. An error of the host keeps its <c>kind</c> as error id, a failed connection the name of its
/// <see cref="ConnectionFailure"/>; what the module itself finds has the name of its factory here. Each says what to do.
/// </summary>
internal static class ErrorRecords
{
    /// <summary>The agent answered with an error.</summary>
    /// <param name="error">What it answered.</param>
    /// <param name="target">What the cmdlet was about, where the answer names nothing itself.</param>
    public static ErrorRecord OfAgent(AgentException error, object? target)
    {
        string message = error.Message;
        if (!string.IsNullOrWhiteSpace(error.Error.ToolError))
        {
            message = $"{message} The host's tool said: {error.Error.ToolError.Trim()}";
        }

        return Make(error, error.Kind.Name, ErrorCategories.Of(error.Kind), error.Error.Target ?? target, message, error.RecommendedAction);
    }

    /// <summary>There is no connection, or it was lost.</summary>
    /// <param name="error">What happened.</param>
    /// <param name="target">What the cmdlet was about; null for the endpoint.</param>
    public static ErrorRecord OfConnection(ConnectionException error, object? target) =>
        Make(error, error.Failure.ToString(), ErrorCategories.Of(error.Failure), target ?? error.Endpoint?.ToString(), error.Message, error.RecommendedAction);

    /// <summary>An endpoint that cannot be read, or not be connected to.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problem">What is wrong with it and what is expected.</param>
    /// <param name="source">The variable that it was taken from; null where the person gave it.</param>
    public static ErrorRecord EndpointInvalid(string text, string problem, string? source) =>
        Make(
            new FormatException(problem),
            nameof(EndpointInvalid),
            ErrorCategory.InvalidArgument,
            text,
            source is null ? problem : $"{problem} It was taken from {source}.",
            source is null
                ? $"Give an endpoint such as '{Endpoint.Host}', or leave -Endpoint out for the host under this virtual machine."
                : $"Correct or clear {source}.");

    /// <summary>No session has this name.</summary>
    public static ErrorRecord SessionNotFound(string name) => SessionMissing($"There is no session named '{name}' in this runspace.", name);

    /// <summary>No session has this number.</summary>
    public static ErrorRecord SessionNotFound(int id) => SessionMissing($"There is no session with the id {id} in this runspace.", id);

    /// <summary>Nothing is connected, or nothing that may be the default.</summary>
    public static ErrorRecord NoDefaultSession() =>
        Make(
            new ItemNotFoundException("There is no default session in this runspace."),
            nameof(NoDefaultSession),
            ErrorCategory.ObjectNotFound,
            null,
            null,
            "List the sessions with 'Get-EsxAgentSession' and name the one that is meant.");

    /// <summary>An open session has this name already.</summary>
    public static ErrorRecord SessionNameInUse(EsxAgentSession session) =>
        Make(
            new InvalidOperationException($"A session named '{session.Name}' is already connected to {session.Endpoint}."),
            nameof(SessionNameInUse),
            ErrorCategory.ResourceExists,
            session,
            null,
            $"Use that session, end it with 'Disconnect-EsxAgent -Name {session.Name}', or choose another name.");

    /// <summary>A session that was disconnected before.</summary>
    public static ErrorRecord SessionClosed(EsxAgentSession session) =>
        Make(
            new ObjectDisposedException(nameof(EsxAgentSession), $"The session '{session.Name}' was disconnected."),
            nameof(SessionClosed),
            ErrorCategory.ConnectionError,
            session,
            $"The session '{session.Name}' was disconnected.",
            $"Connect again with 'Connect-EsxAgent -Endpoint {session.Endpoint}'.");

    /// <summary>No datastore has this name or uuid. The id is the wire's own: a person meets one error, whoever finds it.</summary>
    /// <param name="name">What was asked for.</param>
    /// <param name="hostName">The host that was asked.</param>
    public static ErrorRecord DatastoreNotFound(string name, string? hostName) =>
        Make(
            new ItemNotFoundException($"The host {hostName} has no datastore with the name or uuid '{name}'."),
            ErrorKind.DatastoreNotFound.Name,
            ErrorCategory.ObjectNotFound,
            name,
            null,
            "List the datastores with 'Get-EsxDatastore'. Wildcards are allowed.");

    private static ErrorRecord SessionMissing(string message, object target) =>
        Make(
            new ItemNotFoundException(message),
            nameof(SessionNotFound),
            ErrorCategory.ObjectNotFound,
            target,
            null,
            "List the sessions with 'Get-EsxAgentSession', or make one with 'Connect-EsxAgent'.");

    private static ErrorRecord Make(Exception exception, string id, ErrorCategory category, object? target, string? message, string? recommendedAction) =>
        new(exception, id, category, target)
        {
            ErrorDetails = new ErrorDetails(message ?? exception.Message) { RecommendedAction = recommendedAction ?? string.Empty },
        };
}
