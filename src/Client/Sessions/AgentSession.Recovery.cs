using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client.Connections;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <content>
/// The way of requests to connections. A request goes out at once where there is a connection, else it waits for the one attempt that all of them share.
/// There is no attempt without a request: an agent that is restarted while nobody asks is not noticed at all.
/// </content>
public sealed partial class AgentSession
{
    /// <summary>A request that outlived this many connections may be what ends them; it is not sent again.</summary>
    private const int MaxInterruptions = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly List<SessionRequest> _waiting = [];

    /// <summary>Connections on which nothing new is sent, because their agent is going down.</summary>
    private readonly List<Connection> _leaving = [];
    private readonly CancellationTokenSource _closing = new();
    private HostSummary _firstHost = HostIdentity.Unknown;
    private bool _recovering;
    private bool _hostHasChanged;

    /// <summary>A connection ended under a request.</summary>
    internal void OnInterrupted(SessionRequest request, ConnectionException reason)
    {
        if (request.IsFinished)
        {
            return;
        }

        if (reason.Failure != ConnectionFailure.Lost)
        {
            request.Fail(reason.Copy());
        }
        else if (!_options.Reconnect || !request.IsRepeatable || request.Interruptions > MaxInterruptions)
        {
            request.Fail(request.Changes ? ConnectionFailures.LostDuringChange(Endpoint, request.Method, reason) : reason.Copy());
        }
        else
        {
            Dispatch(request);
        }
    }

    /// <summary>
    /// The agent is going down and serves nothing new: the request waits for its successor, and so do all that come after it. What is already running
    /// on the connection may still be answered there.
    /// </summary>
    /// <returns>False where the request is not to wait.</returns>
    internal bool TryMoveOn(SessionRequest request, Connection connection)
    {
        if (!_options.Reconnect || request.Interruptions > MaxInterruptions)
        {
            return false;
        }

        lock (_gate)
        {
            if (_connection == connection)
            {
                _connection = null;
                _failure = ConnectionFailures.Lost(Endpoint, "the agent is shutting down", null);
                _leaving.Add(connection);
            }
        }

        Dispatch(request);
        return true;
    }

    /// <summary>Asks again after a while, because the agent had no place for the request.</summary>
    internal void AskAgain(SessionRequest request, TimeSpan after) =>
        _ = Task.Delay(after).ContinueWith(_ => Dispatch(request), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    /// <summary>Takes a request out of those that wait for a connection.</summary>
    /// <returns>False where it was none of them.</returns>
    internal bool StopWaiting(SessionRequest request)
    {
        lock (_gate)
        {
            return _waiting.Remove(request);
        }
    }

    private void Begin(SessionRequest request, CancellationToken cancellationToken)
    {
        request.Watch(cancellationToken);
        Dispatch(request);
    }

    private void Dispatch(SessionRequest request)
    {
        while (!request.IsFinished)
        {
            Connection? connection;
            ConnectionException? refusal;
            lock (_gate)
            {
                connection = _connection;
                refusal = Refusal(request);
                if (refusal is null && connection is null)
                {
                    _waiting.Add(request);
                    StartRecovering();
                }
            }

            if (refusal is not null)
            {
                request.Fail(refusal);
                return;
            }

            if (connection is null)
            {
                // Finished just before it began to wait: the one who finished it did not find it among those that wait.
                if (request.IsFinished)
                {
                    StopWaiting(request);
                }

                return;
            }

            if (request.TryStart(connection))
            {
                return;
            }

            OnConnectionEnded(connection, connection.EndReason!);
        }
    }

    /// <summary>Why a request cannot be sent; null where it can, or can wait. Under the gate.</summary>
    private ConnectionException? Refusal(SessionRequest request)
    {
        if (_closed)
        {
            return ConnectionFailures.Closed(Endpoint);
        }

        if (request.Changes && _hostHasChanged)
        {
            return ConnectionFailures.HostChanged(Endpoint, request.Method, _firstHost.HostName, _agent.Host?.HostName);
        }

        return _connection is null && !_options.Reconnect ? _failure?.Copy() ?? ConnectionFailures.Closed(Endpoint) : null;
    }

    private void OnConnectionEnded(Connection connection, ConnectionException reason)
    {
        lock (_gate)
        {
            if (_connection == connection)
            {
                _connection = null;
                _failure = reason;
            }

            _leaving.Remove(connection);
        }
    }

    /// <summary>Begins to make a new connection, unless that is under way. Under the gate.</summary>
    private void StartRecovering()
    {
        if (!_recovering)
        {
            _recovering = true;
            _ = Task.Run(RecoverAsync);
        }
    }

    private async Task RecoverAsync()
    {
        TimeSpan pause = FirstPause;
        while (IsWanted())
        {
            try
            {
                (Connection connection, InitializeResult agent) =
                    await Handshake.ConnectAsync(Endpoint, _options, _ids, _closing.Token).ConfigureAwait(false);
                Adopt(connection, agent);
                return;
            }
            catch (ConnectionException e) when (MayPass(e))
            {
                lock (_gate)
                {
                    _failure = e;
                }
            }
            catch (OperationCanceledException)
            {
                // Closed: who waited was told.
                return;
            }
            catch (Exception e)
            {
                GiveUp(e as ConnectionException ?? ConnectionFailures.Unexpected(Endpoint, e));
                return;
            }

            await Task.Delay(pause, CancellationToken.None).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>True as long as somebody waits for a connection; else the attempts end here.</summary>
    private bool IsWanted()
    {
        lock (_gate)
        {
            _recovering = !_closed && _waiting.Count > 0;
            return _recovering;
        }
    }

    /// <summary>True where the next attempt may succeed although nobody has done anything: the agent is being restarted, or the VM is on its way.</summary>
    private static bool MayPass(ConnectionException failure) => failure.Failure switch
    {
        ConnectionFailure.VSocketUnsupported or ConnectionFailure.NotAdministrator or ConnectionFailure.ProtocolMismatch or ConnectionFailure.NotAnAgent => false,
        ConnectionFailure.Refused => failure.InnerException is AgentException { Kind.Retryable: true },
        _ => true,
    };

    private void GiveUp(ConnectionException failure)
    {
        SessionRequest[] waiting;
        lock (_gate)
        {
            _recovering = false;
            _failure = failure;
            waiting = TakeWaiting();
        }

        foreach (SessionRequest request in waiting)
        {
            request.Fail(failure.Copy());
        }
    }

    /// <summary>Makes a connection the session's own and sends what has waited for it.</summary>
    private void Adopt(Connection connection, InitializeResult agent)
    {
        HostSummary newHost = agent.Host ?? HostIdentity.Unknown;
        HostSummary oldHost;
        bool isFirst;
        bool isClosed;
        lock (_gate)
        {
            isClosed = _closed;
            isFirst = _connected == default;
            oldHost = _agent.Host ?? HostIdentity.Unknown;
            if (!isClosed)
            {
                _agent = agent;
                _connected = DateTimeOffset.Now;
                _hostHasChanged |= !isFirst && !HostIdentity.IsSame(_firstHost, newHost);
            }
        }

        if (isClosed)
        {
            connection.End(ConnectionFailures.Closed(Endpoint), sayExit: true);
            return;
        }

        KeepAlive.Attach(connection, _ids, agent.Limits?.IdleMs ?? 0, _options.RequestTimeout);
        if (!isFirst && !HostIdentity.IsSame(oldHost, newHost))
        {
            RaiseHostChanged(new HostChangedEventArgs(oldHost, newHost));
        }

        SessionRequest[] waiting;
        lock (_gate)
        {
            isClosed = _closed;
            _connection = isClosed ? null : connection;
            _failure = null;
            _recovering = false;
            waiting = TakeWaiting();
        }

        if (isClosed)
        {
            connection.End(ConnectionFailures.Closed(Endpoint), sayExit: true);
            return;
        }

        connection.WhenEnded(OnConnectionEnded);
        foreach (SessionRequest request in waiting)
        {
            Dispatch(request);
        }
    }

    private void RaiseHostChanged(HostChangedEventArgs change)
    {
        try
        {
            HostChanged?.Invoke(this, change);
        }
        catch (Exception)
        {
            // A listener's own mistake must not leave requests waiting for ever.
        }
    }

    /// <summary>Closes the door: nothing is sent any more, and what waits for a connection is told.</summary>
    /// <returns>The connection that is still to be ended; null where there is none.</returns>
    private Connection? BeginClosing()
    {
        SessionRequest[] waiting;
        Connection[] leaving;
        Connection? connection;
        lock (_gate)
        {
            if (_closed)
            {
                return null;
            }

            _closed = true;
            connection = _connection;
            leaving = [.. _leaving];
            waiting = TakeWaiting();
        }

        _closing.Cancel();
        foreach (SessionRequest request in waiting)
        {
            request.Fail(ConnectionFailures.Closed(Endpoint));
        }

        foreach (Connection left in leaving)
        {
            left.End(ConnectionFailures.Closed(Endpoint), sayExit: true);
        }

        return connection;
    }

    private SessionRequest[] TakeWaiting()
    {
        SessionRequest[] waiting = [.. _waiting];
        _waiting.Clear();
        return waiting;
    }
}
