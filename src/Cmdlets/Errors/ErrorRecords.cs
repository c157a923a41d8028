using System;
using System.Management.Automation;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Errors;

/// <summary>
/// Every error record of the module. An error of the host keeps its <c>kind</c> as error id, a failed connection the name of its
/// <see cref="ConnectionFailure"/>; what the module itself finds has the name of its factory here. Each says what to do.
/// </summary>
internal static partial class ErrorRecords
{
    /// <summary>The agent answered with an error.</summary>
    /// <param name="error">What it answered.</param>
    /// <param name="target">What the cmdlet was about, where the answer names nothing itself.</param>
    public static ErrorRecord OfAgent(AgentException error, object? target) =>
        OfAnswer(error, error.Error.Target ?? target);

    /// <summary>The agent answered with an error about a volume.</summary>
    /// <param name="error">What it answered.</param>
    /// <param name="volumeId">The volume that was asked about. A volume that the answer names itself goes before; a parameter or a datastore does not.</param>
    public static ErrorRecord OfVolume(AgentException error, string volumeId) =>
        OfAnswer(error, error.Error.Target is string named && named.Contains('@', StringComparison.Ordinal) ? named : volumeId);

    /// <summary>What went wrong in a session; null for what is no failure of the agent or the connection.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="session">The session.</param>
    /// <param name="volumeId">The volume that it was about; null for the session itself.</param>
    public static ErrorRecord? Of(Exception error, EsxAgentSession session, string? volumeId) => error switch
    {
        AgentException answer => volumeId is null ? OfAgent(answer, session) : OfVolume(answer, volumeId),
        // Somebody disconnected the session while it was in use.
        ConnectionException { Failure: ConnectionFailure.Closed } => SessionClosed(session),
        ConnectionException failure => OfConnection(failure, volumeId ?? (object)session),
        _ => null,
    };

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

    /// <summary>No volume has this name on any of the datastores that were asked. The id is the wire's own.</summary>
    /// <param name="name">What was asked for.</param>
    /// <param name="hostName">The host that was asked.</param>
    public static ErrorRecord VolumeNotFound(string name, string? hostName) =>
        Make(
            new ItemNotFoundException($"The host {hostName} has no volume named '{name}' on the datastores that were looked at."),
            ErrorKind.VolumeNotFound.Name,
            ErrorCategory.ObjectNotFound,
            name,
            null,
            Advice.For(ErrorKind.VolumeNotFound));

    /// <summary>The volumes of a datastore cannot be listed; those of others were.</summary>
    /// <param name="place">What the host says in place of them.</param>
    /// <param name="hostName">The host that was asked.</param>
    public static ErrorRecord DatastoreUnreadable(Volume place, string? hostName) =>
        Make(
            new InvalidOperationException($"The volumes on '{place.Datastore}' of the host {hostName} cannot be listed: {place.Problem}"),
            nameof(DatastoreUnreadable),
            ErrorCategory.ResourceUnavailable,
            place.Datastore,
            null,
            "Look at its state with 'Get-EsxDatastore'. Volumes on other datastores are listed all the same.");

    /// <summary>A change was asked for that changes nothing.</summary>
    public static ErrorRecord NothingToChange() =>
        Make(
            new ArgumentException("Nothing was given to change."),
            nameof(NothingToChange),
            ErrorCategory.InvalidArgument,
            null,
            null,
            "Give at least one of -Access, -Persistence and -Label.");

    /// <summary>A job failed in a way that nobody thought of.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="volumeId">The volume that it was about.</param>
    public static ErrorRecord UnexpectedFailure(Exception error, string volumeId) =>
        Make(
            error,
            nameof(UnexpectedFailure),
            ErrorCategory.NotSpecified,
            volumeId,
            null,
            "Look at the volume with 'Get-VmdkVolume'. Please report the error.");

    /// <summary>A repair was asked for that the check does not offer.</summary>
    /// <param name="action">The action.</param>
    /// <param name="volumeId">The volume.</param>
    public static ErrorRecord ActionNotOffered(string action, string? volumeId) =>
        Make(
            new ArgumentException($"A check of '{volumeId}' does not offer the action '{action}'."),
            nameof(ActionNotOffered),
            ErrorCategory.InvalidArgument,
            volumeId,
            null,
            "Take actions from 'Test-VmdkVolume -Detailed' as it is now.");

    private static ErrorRecord SessionMissing(string message, object target) =>
        Make(
            new ItemNotFoundException(message),
            nameof(SessionNotFound),
            ErrorCategory.ObjectNotFound,
            target,
            null,
            "List the sessions with 'Get-EsxAgentSession', or make one with 'Connect-EsxAgent'.");

    private static ErrorRecord OfAnswer(AgentException error, object? target)
    {
        string message = error.Message;
        if (!string.IsNullOrWhiteSpace(error.Error.ToolError))
        {
            message = $"{message} The host's tool said: {error.Error.ToolError.Trim()}";
        }

        return Make(error, error.Kind.Name, ErrorCategories.Of(error.Kind), target, message, error.RecommendedAction ?? Advice.For(error.Kind));
    }

    private static ErrorRecord Make(Exception exception, string id, ErrorCategory category, object? target, string? message, string? recommendedAction) =>
        new(exception, id, category, target)
        {
            ErrorDetails = new ErrorDetails(message ?? exception.Message) { RecommendedAction = recommendedAction ?? string.Empty },
        };
}
