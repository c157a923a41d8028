using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using EsxAgent.Client.Connections;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.Client;

/// <summary>
/// A request of a caller's, from the call to its one end: result, error, deadline or cancellation, whichever comes first. On the way it may pass
/// through several connections.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The timer goes when the request ends, and every request ends.")]
internal abstract class SessionRequest : PendingRequest
{
    /// <summary>How much longer than the agent the session waits: for an answer that is on its way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>How long the session goes on trying to tell the host that a change is not wanted any more.</summary>
    private static readonly TimeSpan CancelPersistence = TimeSpan.FromMinutes(5);

    /// <summary>Wait before it is asked again, where the agent does not say.</summary>
    private const int UsualWaitMs = 1_000;

    private readonly AgentSession _session;
    private long _busySince;
    private Timer? _deadline;
    private Timer? _cancelDeadline;
    private CancellationToken _cancelledBy;
    private volatile bool _isCancelling;
    private volatile bool _wasSent;
    private volatile bool _isUnconfirmed;
    private CancellationTokenRegistration _cancellation;
    private Connection? _connection;
    private int _finished;
    private int _interruptions;

    protected SessionRequest(AgentSession session, long id, string method, TimeSpan timeout)
        : base(id)
    {
        _session = session;
        Method = method;
        Timeout = timeout;
    }

    /// <summary>The method's name.</summary>
    public string Method { get; }

    /// <summary>True where it changes something on the host.</summary>
    public bool Changes { get; init; }

    /// <summary>True where it may be sent again after a lost connection.</summary>
    public virtual bool IsRepeatable => !Changes || HasOperationId;

    /// <summary>How long it is asked again where the agent has no place for it.</summary>
    public TimeSpan BusyPatience { get; init; }

    /// <summary>True for a change that can be asked again by its operation id.</summary>
    public bool HasOperationId { get; init; }

    /// <summary>How often it was cut off by the end of a connection.</summary>
    public int Interruptions => Volatile.Read(ref _interruptions);

    /// <summary>True once it has ended, whatever way.</summary>
    public bool IsFinished => Volatile.Read(ref _finished) != 0;

    /// <summary>
    /// True once the caller has cancelled a change that the host may have begun. It is not over with that: the host has to hear of it, over another connection where
    /// this one is lost, and says how the change ended.
    /// </summary>
    protected bool IsCancelling => _isCancelling;

    /// <summary>Time that the agent is given.</summary>
    protected TimeSpan Timeout { get; }

    /// <summary>The session, for errors.</summary>
    protected AgentSession Session => _session;

    /// <summary>Begins to watch the clock and the caller's token.</summary>
    public void Watch(CancellationToken cancellationToken)
    {
        if (Timeout != System.Threading.Timeout.InfiniteTimeSpan)
        {
            _deadline = new Timer(static state => ((SessionRequest)state!).OnDeadline(), this, Timeout + Grace, System.Threading.Timeout.InfiniteTimeSpan);
        }

        _cancellation = cancellationToken.UnsafeRegister(static (state, token) => ((SessionRequest)state!).OnCancelled(token), this);
        if (IsFinished)
        {
            Release();
        }
    }

    /// <summary>Sends the request over a connection.</summary>
    /// <returns>False where the connection has ended and nothing was sent.</returns>
    public bool TryStart(Connection connection)
    {
        Volatile.Write(ref _connection, connection);
        _wasSent = true;
        bool started;
        try
        {
            started = connection.TryStart(this, Method);
        }
        catch (Exception e)
        {
            // Too large, or parameters that cannot be written: the caller's own mistake, told the way every failure of a request is told.
            Fail(e);
            return true;
        }

        if (IsFinished)
        {
            // Cancelled between the check and the sending: the canceller may have come before the request was known to the connection.
            connection.Cancel(Id);
        }
        else if (_isCancelling)
        {
            connection.AskToCancel(Id);
        }

        return started;
    }

    /// <summary>Ends the request with an exception, unless it has ended.</summary>
    public void Fail(Exception exception)
    {
        if (TryFinish())
        {
            bool isUntold = _isCancelling && exception is ConnectionException { Failure: not ConnectionFailure.Closed };
            SetException(isUntold ? ConnectionFailures.CancelUnconfirmed(_session.Endpoint, Method, (ConnectionException)exception) : exception);
        }
    }

    /// <summary>Ends the request because the caller wants it no more; the agent is told.</summary>
    public void Abandon(CancellationToken cancellationToken)
    {
        if (TryFinish())
        {
            Withdraw();
            SetCanceled(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override void OnError(WireError error)
    {
        if (_isCancelling && error.Kind.Equals(ErrorKind.RequestCancelled))
        {
            if (TryFinish())
            {
                SetCanceled(_cancelledBy);
            }
        }
        else if (error.Kind.Equals(ErrorKind.TooBusy) && TryWait(error.RetryAfterMs ?? UsualWaitMs))
        {
            // It is asked again.
        }
        else if (!error.Kind.Equals(ErrorKind.ShuttingDown) || !IsRepeatable || !TryMoveOn())
        {
            Fail(new AgentException(_session.Endpoint, Method, error));
        }
    }

    /// <inheritdoc/>
    public override void OnConnectionEnded(ConnectionException reason)
    {
        Interlocked.Increment(ref _interruptions);
        _session.OnInterrupted(this, reason);
    }

    /// <summary>Gives the agent its time anew, because it has shown that it is at work.</summary>
    protected void RestartClock()
    {
        try
        {
            _deadline?.Change(Timeout + Grace, System.Threading.Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The request has ended meanwhile.
        }
    }

    /// <summary>Claims the end of the request: true for the one who may set its outcome.</summary>
    protected bool TryFinish()
    {
        if (Interlocked.Exchange(ref _finished, 1) != 0)
        {
            return false;
        }

        Release();
        return true;
    }

    /// <summary>Takes the request out of wherever it waits.</summary>
    protected void Withdraw()
    {
        _session.StopWaiting(this);
        Volatile.Read(ref _connection)?.Cancel(Id);
    }

    /// <summary>Tells the caller, unless he was told another end before.</summary>
    protected abstract void SetException(Exception exception);

    /// <summary>Tells the caller, unless he was told another end before.</summary>
    protected abstract void SetCanceled(CancellationToken cancellationToken);

    /// <summary>Waits as long as the agent says, if there is patience left.</summary>
    private bool TryWait(int milliseconds)
    {
        _busySince = _busySince == 0 ? Stopwatch.GetTimestamp() : _busySince;

        // A little more than was said, and never the same: of many that were refused together one alone gets the next place.
        var wait = TimeSpan.FromMilliseconds(milliseconds * (1 + (Random.Shared.NextDouble() / 4)));
        bool isPatient = Stopwatch.GetElapsedTime(_busySince) + wait <= BusyPatience;
        if (isPatient)
        {
            _session.AskAgain(this, wait);
        }

        return isPatient;
    }

    /// <summary>Asks the successor of an agent that is on its way down.</summary>
    private bool TryMoveOn()
    {
        Interlocked.Increment(ref _interruptions);
        return _session.TryMoveOn(this, Volatile.Read(ref _connection)!);
    }

    private void OnCancelled(CancellationToken cancellationToken)
    {
        if (!HasOperationId || !_wasSent)
        {
            Abandon(cancellationToken);
            return;
        }

        _cancelledBy = cancellationToken;
        TimeSpan wait = _session.CancelWait;
        _cancelDeadline = new Timer(static state => ((SessionRequest)state!).OnCancelUnconfirmed(), this, wait > TimeSpan.Zero ? wait : CancelPersistence, CancelPersistence);
        _isCancelling = true;
        if (wait <= TimeSpan.Zero)
        {
            SetCanceled(cancellationToken);
        }

        Volatile.Read(ref _connection)?.AskToCancel(Id);
        if (IsFinished)
        {
            Release();
        }
    }

    /// <summary>The host has not said how the change ended: the caller is told so, and later the host is not told any more either.</summary>
    private void OnCancelUnconfirmed()
    {
        SetException(ConnectionFailures.CancelUnconfirmed(_session.Endpoint, Method, _session.LastFailure));
        if (_session.CancelWait <= TimeSpan.Zero || _isUnconfirmed)
        {
            Abandon(_cancelledBy);
        }

        _isUnconfirmed = true;
    }

    private void OnDeadline()
    {
        if (!_isCancelling && TryFinish())
        {
            bool sent = !_session.StopWaiting(this);
            Volatile.Read(ref _connection)?.Cancel(Id);
            SetException(sent ? TimedOut() : ConnectionFailures.NotRestored(_session.Endpoint, Method, _session.LastFailure));
        }
    }

    private AgentException TimedOut() => new(
        _session.Endpoint,
        Method,
        new WireError(ErrorKind.DeadlineExceeded, FormattableString.Invariant($"The agent did not answer '{Method}' within {Timeout.TotalSeconds:0.###} s."))
        {
            RecommendedAction = Changes
                ? "It may still complete: ask again with the same operation id, or look at the present state."
                : "Try again, with a longer time if the host is busy.",
        });

    /// <summary>Lets go of clock and token. Runs again where the end came while they were being set up.</summary>
    private void Release()
    {
        _deadline?.Dispose();
        _cancelDeadline?.Dispose();

        // Not Dispose: that would wait for a callback that is running, and this may be it.
        _cancellation.Unregister();
    }
}
