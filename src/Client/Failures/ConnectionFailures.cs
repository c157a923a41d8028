using System;
using System.Globalization;
using EsxAgent.Client.Transports;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.Client;

/// <summary>Every <see cref="ConnectionException"/> with its words: what happened, and what a person can do.</summary>
internal static class ConnectionFailures
{
    private const string SeeAgentLog = "Look into the agent's log on the host (on ESXi /var/log/syslog.log, lines with 'esxagent')";
    private const string StartAgent = "Have the service esxagent installed and started on the host ('/etc/init.d/esxagent status' tells its state)";

    /// <summary>No connection could be made.</summary>
    public static ConnectionException NotConnected(Endpoint endpoint, TransportException cause) => cause.Error switch
    {
        TransportError.Missing => new(
            ConnectionFailure.EndpointMissing,
            endpoint,
            $"There is no socket at '{endpoint.Path}'.",
            $"Start the agent with '--listen {endpoint}', or correct the path.",
            cause),
        TransportError.Refused or TransportError.Reset => NothingListens(endpoint, cause),
        TransportError.TimedOut => new(
            ConnectionFailure.Silent, endpoint, $"The system gave up waiting for a connection to '{endpoint}'.", SeeAgentLog + ".", cause),
        TransportError.Denied or TransportError.PortDenied => NotAdministrator(endpoint, cause),
        TransportError.UnknownContext => UnknownContext(endpoint, cause),
        TransportError.FamilyUnsupported => new(
            ConnectionFailure.VSocketUnsupported,
            endpoint,
            $"This system has no vSockets: {cause.Message}.",
            "On Linux load the driver ('modprobe vmw_vsock_vmci_transport'); on Windows install VMware Tools with the VMCI driver. "
                + "Some container runtimes hide them in this way too: try outside of the container.",
            cause),
        TransportError.FamilyDenied => new(
            ConnectionFailure.VSocketUnsupported,
            endpoint,
            $"A filter of system calls, as containers have it, forbids vSockets to this process: {cause.Message}.",
            "Run outside of the container, or give it a seccomp profile that allows the socket family 40 (AF_VSOCK).",
            cause),
        TransportError.WrongType => new(
            ConnectionFailure.NotAnAgent, endpoint, $"The socket at '{endpoint}' is not of the kind that an agent listens on.", "Correct the endpoint.", cause),
        _ => new(
            ConnectionFailure.SystemError,
            endpoint,
            $"The system could not connect to '{endpoint}': {cause.Message}.",
            "Act on the system's message, then connect again.",
            cause),
    };

    /// <summary>The connection was not made in time.</summary>
    public static ConnectionException ConnectTimedOut(Endpoint endpoint, TimeSpan timeout) => new(
        ConnectionFailure.Silent,
        endpoint,
        $"'{endpoint}' did not take the connection within {Seconds(timeout)}.",
        "The agent may be overloaded or stopped: " + SeeAgentLog + ".");

    /// <summary>The handshake was not answered in time.</summary>
    public static ConnectionException HandshakeTimedOut(Endpoint endpoint, TimeSpan timeout) => new(
        ConnectionFailure.Silent,
        endpoint,
        $"'{endpoint}' took the connection and did not answer within {Seconds(timeout)}.",
        $"Something else may listen there, or the agent hangs. {SeeAgentLog}.")
    {
        WasAccepted = true,
    };

    /// <summary>The connection ended before anything was answered.</summary>
    public static ConnectionException ResetAtOnce(Endpoint endpoint, Exception? cause) => new(
        ConnectionFailure.ResetAtOnce,
        endpoint,
        $"'{endpoint}' accepted the connection and closed it without an answer.",
        $"{SeeAgentLog}; it says why it closed. If it knows of no connection, something else listens there.",
        cause)
    {
        WasAccepted = true,
    };

    /// <summary>What came is not this protocol.</summary>
    public static ConnectionException NotAnAgent(Endpoint endpoint, string problem, Exception? cause = null) => new(
        ConnectionFailure.NotAnAgent,
        endpoint,
        $"What answers at '{endpoint}' does not speak the agent's protocol: {problem}.",
        "Correct the endpoint. If it is right, update the module and the agent to versions that belong together.",
        cause)
    {
        WasAccepted = true,
    };

    /// <summary>No protocol version is common to both sides.</summary>
    /// <param name="endpoint">Who answered.</param>
    /// <param name="theirs">What the agent speaks, in words.</param>
    /// <param name="cause">The agent's refusal; null where it answered a version that was not offered.</param>
    public static ConnectionException ProtocolMismatch(Endpoint endpoint, string theirs, AgentException? cause) => new(
        ConnectionFailure.ProtocolMismatch,
        endpoint,
        $"The agent at '{endpoint}' speaks protocol version {theirs}, this client {string.Join(", ", Protocol.Messages.ProtocolVersion.Supported)}.",
        "Update the older one of the two: the module in the guest, or the agent on the host.",
        cause)
    {
        WasAccepted = true,
    };

    /// <summary>The agent refused the session.</summary>
    /// <param name="endpoint">Who refused.</param>
    /// <param name="refusal">Its answer.</param>
    /// <param name="privilegedPort">True where the connection came from a port below 1024.</param>
    public static ConnectionException Refused(Endpoint endpoint, AgentException refusal, bool privilegedPort) => new(
        ConnectionFailure.Refused,
        endpoint,
        $"The agent at '{endpoint}' refused the session: {refusal.Message}",
        refusal.RecommendedAction ?? AfterRefusal(endpoint, refusal.Kind, privilegedPort),
        refusal)
    {
        WasAccepted = true,
    };

    /// <summary>The connection ended in the middle.</summary>
    /// <param name="endpoint">Who it was with.</param>
    /// <param name="happened">What happened to it, without a full stop.</param>
    /// <param name="cause">What lies behind it.</param>
    public static ConnectionException Lost(Endpoint endpoint, string happened, Exception? cause) => new(
        ConnectionFailure.Lost, endpoint, $"The connection to '{endpoint}' was lost: {happened}.", $"Try again; if it goes on: {SeeAgentLog}.", cause)
    {
        WasAccepted = true,
    };

    /// <summary>The connection ended while a change was under way that has no operation id to ask again by.</summary>
    public static ConnectionException LostDuringChange(Endpoint endpoint, string method, ConnectionException cause) => new(
        ConnectionFailure.Lost,
        endpoint,
        $"The connection to '{endpoint}' was lost while '{method}' was running; whether it was done is not known.",
        "Look at the present state before you try again.",
        cause);

    /// <summary>A change was cancelled, and the host has not said how it ended.</summary>
    public static ConnectionException CancelUnconfirmed(Endpoint endpoint, string method, ConnectionException? cause) => new(
        ConnectionFailure.Lost,
        endpoint,
        $"'{method}' was cancelled, and '{endpoint}' could not be reached to hear whether it was done before that.",
        "Look at the present state. The host is told to cancel as soon as it can be reached, for 5 minutes.",
        cause);

    /// <summary>The connection was lost and could not be made again in the request's time.</summary>
    public static ConnectionException NotRestored(Endpoint endpoint, string method, ConnectionException? cause) => new(
        ConnectionFailure.Lost,
        endpoint,
        $"'{method}' ran out of time before the lost connection to '{endpoint}' could be made again{(cause is null ? "." : ": " + cause.Message)}",
        cause?.RecommendedAction ?? StartAgent + ".",
        cause);

    /// <summary>A change was asked after the host had changed.</summary>
    public static ConnectionException HostChanged(Endpoint endpoint, string method, string? oldHost, string? newHost) => new(
        ConnectionFailure.HostChanged,
        endpoint,
        $"'{method}' was not sent: this VM has moved from host '{oldHost ?? "unknown"}' to host '{newHost ?? "unknown"}' since the session began.",
        "Make sure that what you want to change is on the new host, then connect a new session.");

    /// <summary>The session was closed by this side.</summary>
    public static ConnectionException Closed(Endpoint endpoint) => new(
        ConnectionFailure.Closed, endpoint, $"The session with '{endpoint}' is closed.", "Connect a new session.");

    /// <summary>An attempt failed in a way that nobody thought of.</summary>
    public static ConnectionException Unexpected(Endpoint endpoint, Exception cause) => new(
        ConnectionFailure.SystemError, endpoint, $"Connecting to '{endpoint}' failed: {cause.Message.TrimEnd('.')}.", "Connect again.", cause);

    private static ConnectionException NothingListens(Endpoint endpoint, Exception cause) => endpoint.Kind == EndpointKind.Unix
        ? new(ConnectionFailure.NothingListens, endpoint, $"Nothing listens on the socket '{endpoint.Path}'.", $"Start the agent with '--listen {endpoint}'.", cause)
        : new(
            ConnectionFailure.NothingListens,
            endpoint,
            $"Nothing listens on port {endpoint.Port} of {Machine(endpoint)}.",
            $"{StartAgent}, or correct the port.",
            cause);

    private static ConnectionException NotAdministrator(Endpoint endpoint, Exception cause) => endpoint.Kind == EndpointKind.Unix
        ? new(
            ConnectionFailure.NotAdministrator,
            endpoint,
            $"This user may not use the socket '{endpoint.Path}'.",
            "Run as root or as the user that the agent runs as.",
            cause)
        : new(
            ConnectionFailure.NotAdministrator,
            endpoint,
            $"The system denies this user the connection to '{endpoint}'.",
            "Run as root or in an elevated session: the host trusts only the guest's administrator.",
            cause);

    private static ConnectionException UnknownContext(Endpoint endpoint, Exception cause) => endpoint.ContextId == VSockAddress.AnyContextId
        ? new(
            ConnectionFailure.UnknownContext,
            endpoint,
            $"'{endpoint}' names no machine: 'any' is for listening.",
            $"Use '{Endpoint.Host}' for the host under this VM.",
            cause)
        : new(
            ConnectionFailure.UnknownContext,
            endpoint,
            $"No machine has the context id {endpoint.ContextId}.",
            $"Use '{Endpoint.Host}' for the host under this VM. If that is what fails, this is no VMware virtual machine, or VMCI is disabled in its settings.",
            cause);

    private static string AfterRefusal(Endpoint endpoint, ErrorKind kind, bool privilegedPort)
    {
        if (kind.Equals(ErrorKind.PeerUnidentified))
        {
            return endpoint.Kind == EndpointKind.VSock && !privilegedPort
                ? "Run as root or in an elevated session: the host trusts a caller only behind a port below 1024, which only the guest's administrator can use."
                : $"{SeeAgentLog}; it says which step of the identification failed.";
        }

        return kind.Retryable ? "Wait a moment and try again." : "Ask the host's administrator for a policy that allows it to this VM.";
    }

    private static string Machine(Endpoint endpoint) => endpoint.ContextId == VSockAddress.HostContextId
        ? "the host"
        : string.Create(CultureInfo.InvariantCulture, $"the machine with context id {endpoint.ContextId}");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
