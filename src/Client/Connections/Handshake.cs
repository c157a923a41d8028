using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client.Transports;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.Client.Connections;

/// <summary>Makes a connection that can be used: connects, shakes hands, and says in one word what is in the way.</summary>
internal sealed class Handshake : PendingRequest
{
    // Failures are values here: a faulted task that a deadline has overtaken would go unobserved.
    private readonly TaskCompletionSource<Outcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SessionOptions _options;

    private Handshake(SessionOptions options, long id)
        : base(id) => _options = options;

    /// <summary>Connects and shakes hands within <see cref="SessionOptions.ConnectTimeout"/>.</summary>
    /// <exception cref="ConnectionException">No connection could be had.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task<(Connection Connection, InitializeResult Agent)> ConnectAsync(
        Endpoint endpoint, SessionOptions options, RequestIds ids, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (options.ConnectTimeout != Timeout.InfiniteTimeSpan)
        {
            deadline.CancelAfter(options.ConnectTimeout);
        }

        Connection? connection = null;
        try
        {
            Transport transport = await TransportFactory.ConnectAsync(endpoint, deadline.Token).ConfigureAwait(false);
            connection = new Connection(endpoint, transport, ids);
            var handshake = new Handshake(options, ids.Next());
            Outcome outcome = connection.TryStart(handshake, Methods.Initialize)
                ? await handshake._outcome.Task.WaitAsync(deadline.Token).ConfigureAwait(false)
                : new Outcome(null, null, connection.EndReason);
            InitializeResult agent = Check(connection, outcome);
            connection.MaxRequestBytes = agent.Limits is { RequestBytes: > 0 } limits ? limits.RequestBytes : Protocol.Framing.FrameLimits.BodyFromGuest;
            return (connection, agent);
        }
        catch (TransportException e)
        {
            throw ConnectionFailures.NotConnected(endpoint, e);
        }
        catch (OperationCanceledException)
        {
            connection?.End(ConnectionFailures.Closed(endpoint));
            cancellationToken.ThrowIfCancellationRequested();
            throw connection is null
                ? ConnectionFailures.ConnectTimedOut(endpoint, options.ConnectTimeout)
                : ConnectionFailures.HandshakeTimedOut(endpoint, options.ConnectTimeout);
        }
        catch (ConnectionException e)
        {
            connection?.End(e);
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Write(RpcWriter writer)
    {
        var parameters = new InitializeParams(
            ProtocolVersion.Supported, new ClientInfo(_options.ClientName, _options.ClientVersion), new ClientCapabilities());
        JsonSerializer.Serialize(writer.BeginRequest(Id, Methods.Initialize), parameters, ProtocolJson.Default.InitializeParams);
    }

    /// <inheritdoc/>
    public override void OnResult(ReadOnlySpan<byte> result)
    {
        InitializeResult? agent = null;
        try
        {
            agent = JsonSerializer.Deserialize(result, ProtocolJson.Default.InitializeResult);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            // No answer of an agent; the outcome without a result says so.
        }

        _outcome.TrySetResult(new Outcome(agent, null, null));
    }

    /// <inheritdoc/>
    public override void OnError(WireError error) => _outcome.TrySetResult(new Outcome(null, error, null));

    /// <inheritdoc/>
    public override void OnConnectionEnded(ConnectionException reason) => _outcome.TrySetResult(new Outcome(null, null, reason));

    private static InitializeResult Check(Connection connection, Outcome outcome)
    {
        Endpoint endpoint = connection.Endpoint;
        if (outcome.Ended is ConnectionException ended)
        {
            throw ended.Failure == ConnectionFailure.NotAnAgent ? ended
                : connection.Farewell is AgentException farewell ? Refusal(connection, farewell)
                : ConnectionFailures.ResetAtOnce(endpoint, ended);
        }

        if (outcome.Error is WireError error)
        {
            throw Refusal(connection, new AgentException(endpoint, Methods.Initialize, error));
        }

        if (outcome.Agent is not { ProtocolVersion: > 0 } agent)
        {
            throw ConnectionFailures.NotAnAgent(endpoint, "its answer to the handshake names no protocol version");
        }

        return ProtocolVersion.Supported.Contains(agent.ProtocolVersion)
            ? agent
            : throw ConnectionFailures.ProtocolMismatch(endpoint, agent.ProtocolVersion.ToString(CultureInfo.InvariantCulture), null);
    }

    private static ConnectionException Refusal(Connection connection, AgentException refusal)
    {
        Endpoint endpoint = connection.Endpoint;
        if (refusal.Kind.Equals(ErrorKind.ProtocolMismatch))
        {
            string theirs = refusal.Error.AgentVersions is { Length: > 0 } versions ? string.Join(", ", versions) : "unknown";
            return ConnectionFailures.ProtocolMismatch(endpoint, theirs, refusal);
        }

        return refusal.Kind.Equals(ErrorKind.MethodNotFound)
            ? ConnectionFailures.NotAnAgent(endpoint, "it does not know the handshake", refusal)
            : ConnectionFailures.Refused(endpoint, refusal, connection.IsPrivileged);
    }

    /// <summary>How the handshake ended: exactly one of the three, or none where the answer could not be read.</summary>
    private sealed record Outcome(InitializeResult? Agent, WireError? Error, ConnectionException? Ended);
}
