using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text;
using System.Threading;
using EsxAgent.HostAgent.Operations;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// What one connection means: who is calling, whether it was initialized, which of its requests run. Takes bodies on the connection's thread and hands
/// requests to the dispatcher.
/// </summary>
internal sealed class Session
{
    /// <summary>Why requests are cancelled whose connection ended. Not the guest's wish: what changes something goes on.</summary>
    public static readonly WireError ConnectionEnded = new(ErrorKind.RequestCancelled, "The connection ended before the request did.");

    /// <summary>Why requests are cancelled that the guest does not want any more.</summary>
    public static readonly WireError CancelledByGuest = new(ErrorKind.RequestCancelled, "The request was cancelled.");

    /// <summary>Longest pause for who sends too fast: a connection must notice within it that it has ended.</summary>
    private const int MaxPauseMs = 1_000;

    private readonly Dispatcher _dispatcher;
    private readonly Watchdog _watchdog;
    private readonly Admission _admission;
    private readonly Lock _lifeLock = new();
    private readonly Dictionary<string, RequestContext> _running = [];
    private Watchdog.Entry? _deadline;
    private Caller? _caller;
    private bool _isEnding;
    private bool _isOver;
    private long _pausedUntil;

    /// <summary>Makes the session of a connection.</summary>
    public Session(string id, Connection connection, Dispatcher dispatcher, Watchdog watchdog, Admission admission)
    {
        Id = id;
        Connection = connection;
        _dispatcher = dispatcher;
        _watchdog = watchdog;
        _admission = admission;
    }

    /// <summary>Names the session in the log.</summary>
    public string Id { get; }

    /// <summary>The connection.</summary>
    public Connection Connection { get; }

    /// <summary>Who is calling; null before <c>initialize</c>.</summary>
    public Caller? Caller => Volatile.Read(ref _caller);

    /// <summary>What the VM is counted under: its cartel, as far as it is known.</summary>
    public long Vm => Caller?.CartelId ?? Connection.Peer.CartelId ?? Admission.Unnamed;

    /// <summary>What the guest calls itself, for the log.</summary>
    public string ClientName { get; set; } = "unnamed";

    /// <summary>
    /// The rate of messages that was last looked up, and the policy that it is from: asking the policy for each message would cost more than the message.
    /// </summary>
    public MessageRate? Rate { get; set; }

    /// <summary>Serves the connection until it ends.</summary>
    public void Serve()
    {
        _deadline = _watchdog.After(SessionLimitsInForce.InitializeMs, OnSilence);
        try
        {
            Connection.Receive(TakeBody);
        }
        finally
        {
            lock (_lifeLock)
            {
                _isOver = true;
                if (_caller is not null)
                {
                    _admission.LeaveConnection(_caller.CartelId);
                }
                else
                {
                    _admission.LeaveSilent(Vm);
                }
            }

            Volatile.Read(ref _deadline)?.Cancel();
            CancelAll();
            Connection.Dispose();
        }
    }

    /// <summary>The handshake succeeded: takes the VM's place for the connection. From here on an idle connection lives longer.</summary>
    /// <exception cref="OperationException">The VM has too many connections, or this one is over.</exception>
    public void Initialize(Caller caller)
    {
        lock (_lifeLock)
        {
            if (_isOver || _caller is not null)
            {
                throw new OperationException(ErrorKind.InvalidRequest, "The session is over or initialized already.");
            }

            _admission.EnterConnection(caller.CartelId);
            _admission.LeaveSilent(Vm);
            Volatile.Write(ref _caller, caller);
            Rate = null;
        }

        Connection.AllowLargeBodies();
        Volatile.Read(ref _deadline)?.Cancel();
        WatchIdle(SessionLimitsInForce.IdleMs);
    }

    /// <summary>Ends the connection after what was sent.</summary>
    public void End() => Connection.Break();

    /// <summary>Registers a request as running.</summary>
    /// <returns>False where another one with the same id runs.</returns>
    public bool TryEnter(RequestContext request)
    {
        lock (_running)
        {
            return _running.TryAdd(Encoding.UTF8.GetString(request.Id), request);
        }
    }

    /// <summary>The request was answered.</summary>
    public void Leave(RequestContext request)
    {
        lock (_running)
        {
            _running.Remove(Encoding.UTF8.GetString(request.Id));
        }
    }

    private bool TakeBody(ReadOnlySpan<byte> body)
    {
        int pauseMs = _dispatcher.Pace(this, Math.Max(_pausedUntil, Connection.LastReceived));
        bool goesOn = TakeMessage(body, pauseMs);
        if (pauseMs > 0)
        {
            // What the guest sends meanwhile waits in its socket: whoever sends faster than it may gets no faster answers, not even refusals.
            Thread.Sleep(Math.Min(pauseMs, MaxPauseMs));
            _pausedUntil = Stopwatch.GetTimestamp();
        }

        return goesOn;
    }

    private bool TakeMessage(ReadOnlySpan<byte> body, int pauseMs)
    {
        if (!RpcMessage.TryParse(body, out RpcMessage message, out WireError? error))
        {
            Connection.SendError(message.Id, error!);
            return true;
        }

        switch (message.Kind)
        {
            case RpcMessageKind.Request:
                TakeRequest(message, pauseMs);
                return true;
            case RpcMessageKind.Notification:
                return TakeNotification(message);
            default:
                // The agent asks nothing, so there is nothing that an answer could belong to.
                return true;
        }
    }

    private void TakeRequest(RpcMessage message, int waitMs)
    {
        if (Ascii.Equals(message.Method, Methods.Shutdown))
        {
            _isEnding = true;
            Connection.SendResult(message.Id, null);
        }
        else if (_isEnding)
        {
            Connection.SendError(message.Id, new WireError(ErrorKind.InvalidRequest, "The session was shut down; only 'exit' may follow."));
        }
        else
        {
            _dispatcher.Dispatch(this, message, waitMs);
        }
    }

    private bool TakeNotification(RpcMessage message)
    {
        if (Ascii.Equals(message.Method, Methods.CancelRequest))
        {
            Cancel(message.Payload);
        }

        return !Ascii.Equals(message.Method, Methods.Exit);
    }

    private void Cancel(ReadOnlySpan<byte> parameters)
    {
        RequestContext? request;
        try
        {
            string id = Encoding.UTF8.GetString(new RequestParameters(parameters is [(byte)'{', ..] ? parameters : default).Token("id"));
            lock (_running)
            {
                _running.TryGetValue(id, out request);
            }
        }
        catch (OperationException)
        {
            // A notification has no answer; one that names no request cancels none.
            return;
        }

        request?.Cancel.Request(CancelledByGuest);
    }

    private void CancelAll()
    {
        RequestContext[] running;
        lock (_running)
        {
            running = new RequestContext[_running.Count];
            _running.Values.CopyTo(running, 0);
        }

        foreach (RequestContext request in running)
        {
            request.Cancel.Request(ConnectionEnded);
        }
    }

    /// <summary>Looks whether the handshake came in time; one that waits for slow tools did.</summary>
    private void OnSilence()
    {
        lock (_lifeLock)
        {
            if (_caller is not null || _isOver)
            {
                return;
            }

            lock (_running)
            {
                if (_running.Count > 0)
                {
                    Volatile.Write(ref _deadline, _watchdog.After(SessionLimitsInForce.InitializeMs, OnSilence));
                    return;
                }
            }
        }

        Connection.Break();
    }

    private void WatchIdle(long milliseconds) => Volatile.Write(ref _deadline, _watchdog.After(milliseconds, OnIdleTime));

    /// <summary>Looks whether the connection has really been idle; else comes again when it could have been.</summary>
    private void OnIdleTime()
    {
        long idle = (long)Stopwatch.GetElapsedTime(Connection.LastReceived).TotalMilliseconds;
        bool isBusy;
        lock (_running)
        {
            isBusy = _running.Count > 0;
        }

        if (isBusy || idle < SessionLimitsInForce.IdleMs)
        {
            WatchIdle(isBusy ? SessionLimitsInForce.IdleMs : SessionLimitsInForce.IdleMs - idle);
        }
        else
        {
            Connection.Break();
        }
    }
}
