using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client.Connections;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>
/// A session with the agent of one host. Safe for any number of threads: requests run side by side on one connection, and a lost connection is made
/// again at the next request. Every request ends with its result, an <see cref="AgentException"/> (the agent answered an error), a
/// <see cref="ConnectionException"/> (no usable connection) or, at once, an <see cref="OperationCanceledException"/> where the caller cancelled.
/// </summary>
public sealed partial class AgentSession : IDisposable, IAsyncDisposable
{
    /// <summary>Time for an orderly end.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly SessionOptions _options;
    private readonly RequestIds _ids = new();
    private Connection? _connection;
    private ConnectionException? _failure;
    private InitializeResult _agent = new();
    private DateTimeOffset _connected;
    private bool _closed;

    private AgentSession(Endpoint endpoint, SessionOptions options)
    {
        Endpoint = endpoint;
        _options = options;
    }

    /// <summary>
    /// After a reconnect another host answered (see <see cref="HostHasChanged"/>). Raised once for each change, on a thread of the session's own, before
    /// any request goes to the new host: handlers must be quick and must not wait for a request of this session. What they throw is ignored.
    /// </summary>
    public event EventHandler<HostChangedEventArgs>? HostChanged;

    /// <summary>Where the agent listens.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>Where the session stands at the moment.</summary>
    public SessionState State
    {
        get
        {
            lock (_gate)
            {
                return _closed ? SessionState.Closed
                    : _connection is not null ? SessionState.Open
                    : _recovering ? SessionState.Reconnecting
                    : SessionState.Broken;
            }
        }
    }

    /// <summary>What the agent said in the newest handshake.</summary>
    public InitializeResult Agent
    {
        get
        {
            lock (_gate)
            {
                return _agent;
            }
        }
    }

    /// <summary>When the newest handshake was done.</summary>
    public DateTimeOffset Connected
    {
        get
        {
            lock (_gate)
            {
                return _connected;
            }
        }
    }

    /// <summary>Why the session is <see cref="SessionState.Broken"/>; null in every other state.</summary>
    public Exception? Failure
    {
        get
        {
            lock (_gate)
            {
                return State == SessionState.Broken ? _failure : null;
            }
        }
    }

    /// <summary>
    /// True once a reconnect found another host than the session began with. Reads go on there; every change is refused with
    /// <see cref="ConnectionFailure.HostChanged"/>, because its disks may not be the ones that were meant. A new session starts afresh.
    /// </summary>
    public bool HostHasChanged
    {
        get
        {
            lock (_gate)
            {
                return _hostHasChanged;
            }
        }
    }

    /// <summary>See <see cref="SessionOptions.CancelWait"/>.</summary>
    internal TimeSpan CancelWait => _options.CancelWait;

    /// <summary>Why the newest connection ended or the newest attempt failed; null where neither happened since the newest handshake.</summary>
    internal ConnectionException? LastFailure
    {
        get
        {
            lock (_gate)
            {
                return _failure;
            }
        }
    }

    /// <summary>Connects and shakes hands.</summary>
    /// <param name="endpoint">Where the agent listens.</param>
    /// <param name="options">Timeouts and names; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    /// <exception cref="ConnectionException">No session could be had; its <see cref="ConnectionException.Failure"/> says why.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task<AgentSession> ConnectAsync(Endpoint endpoint, SessionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var session = new AgentSession(endpoint, options ?? SessionOptions.Default);
        (Connection connection, InitializeResult agent) =
            await Handshake.ConnectAsync(endpoint, session._options, session._ids, cancellationToken).ConfigureAwait(false);
        session._firstHost = agent.Host ?? HostIdentity.Unknown;
        session.Adopt(connection, agent);
        return session;
    }

    /// <summary>Asks the agent.</summary>
    /// <param name="method">What is asked, see <see cref="RpcMethods"/>.</param>
    /// <param name="parameters">Its parameters; <c>timeoutMs</c> is filled in where the caller left it out.</param>
    /// <param name="options">What this request wants otherwise; null for the session's own.</param>
    /// <param name="cancellationToken">Ends the wait at once and tells the agent.</param>
    /// <exception cref="AgentException">The agent answered an error, or nothing in time.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public Task<TResult> SendAsync<TParams, TResult>(
        RpcMethod<TParams, TResult> method, TParams parameters, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where TParams : RequestParams
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(parameters);
        var request = new SessionRequest<TParams, TResult>(this, _ids.Next(), method, parameters, TimeFor(method.Changes, options))
        {
            BusyPatience = PatienceFor(method.Changes, options),
        };
        Begin(request, cancellationToken);
        return request.Task;
    }

    /// <summary>
    /// Asks the agent for a change and is told how far it is. A connection that is lost meanwhile is made again and the change is asked for again by its
    /// operation id, so that it is done once and answered once.
    /// </summary>
    /// <param name="method">What is asked, see <see cref="RpcMethods"/>.</param>
    /// <param name="parameters">Its parameters; an operation id is made where the caller gives none.</param>
    /// <param name="progress">
    /// Is told how far it is, on the session's receiving thread, so it must be quick; null for nobody. After a lost connection it begins again at the
    /// beginning.
    /// </param>
    /// <param name="options">What this request wants otherwise. Without it a change has no limit of time.</param>
    /// <param name="cancellationToken">
    /// Cancels the change on the host, unless it is past the point where it is done; where the connection is lost at that moment, over the next one. The wait ends at
    /// once, or, with <see cref="SessionOptions.CancelWait"/>, with what the host says to it: then a change that was done has its result.
    /// </param>
    /// <exception cref="AgentException">The agent answered an error.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public Task<TResult> ChangeAsync<TParams, TResult>(
        ChangeMethod<TParams, TResult> method,
        TParams parameters,
        IProgress<WorkDoneValue>? progress = null,
        RequestOptions? options = null,
        CancellationToken cancellationToken = default)
        where TParams : VolumeChangeParams
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(parameters);
        TParams named = string.IsNullOrEmpty(parameters.OperationId) ? parameters with { OperationId = Guid.NewGuid().ToString() } : parameters;
        if (progress is null)
        {
            return SendAsync(method, named, options, cancellationToken);
        }

        var request = new ChangeRequest<TParams, TResult>(this, _ids.Next(), method, named, progress, TimeFor(method.Changes, options))
        {
            BusyPatience = PatienceFor(method.Changes, options),
        };
        Begin(request, cancellationToken);
        return request.Task;
    }

    /// <summary>
    /// Asks the agent for a listing and hands out its items as they come: in batches while the host finds them, or page by page from an agent that sends none.
    /// A caller that takes them slowly holds nobody up; what waits for it is bounded at about 32 MiB on the wire, beyond that the listing ends with
    /// <see cref="Protocol.Errors.ErrorKind.TooBusy"/>.
    /// </summary>
    /// <param name="method">What is asked, see <see cref="RpcMethods"/>.</param>
    /// <param name="parameters">Its parameters; <c>partialResultToken</c> and <c>timeoutMs</c> are filled in.</param>
    /// <param name="options">What this request wants otherwise; its timeout holds for each page.</param>
    /// <param name="cancellationToken">Ends the listing at once and tells the agent. So does leaving the loop early.</param>
    /// <exception cref="AgentException">The agent answered an error, or nothing in time.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public IAsyncEnumerable<TItem> StreamAsync<TParams, TItem>(
        ListMethod<TParams, TItem> method, TParams parameters, RequestOptions? options = null, CancellationToken cancellationToken = default)
        where TParams : ListParams
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(parameters);
        return StreamPagesAsync(method, parameters, TimeFor(method.Changes, options), PatienceFor(method.Changes, options), cancellationToken);
    }

    /// <summary>
    /// Ends the session in order (<c>shutdown</c>, <c>exit</c>), within 2 s, then closes the connection. Never fails; a second call does nothing.
    /// </summary>
    /// <param name="cancellationToken">Closes at once.</param>
    public async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        if (BeginClosing() is not Connection connection)
        {
            return;
        }

        var shutdown = new SessionRequest<RequestParams, NoResult>(this, _ids.Next(), RpcMethods.Shutdown, NoParams, CloseTimeout);
        try
        {
            if (shutdown.TryStart(connection))
            {
                await shutdown.Task.WaitAsync(CloseTimeout, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is AgentException or ConnectionException or TimeoutException or OperationCanceledException)
        {
            // An agent that does not let go in order is left without.
            shutdown.Abandon(CancellationToken.None);
        }

        connection.End(ConnectionFailures.Closed(Endpoint), sayExit: true);
    }

    /// <summary>Closes the connection at once; requests that wait fail with <see cref="ConnectionFailure.Closed"/>.</summary>
    public void Dispose() => BeginClosing()?.End(ConnectionFailures.Closed(Endpoint), sayExit: true);

    /// <summary>The same as <see cref="CloseAsync"/>.</summary>
    public ValueTask DisposeAsync() => new(CloseAsync());

    private static TimeSpan PatienceFor(bool changes, RequestOptions? options) => options?.BusyPatience ?? TimeSpan.FromSeconds(changes ? 60 : 10);

    private TimeSpan TimeFor(bool changes, RequestOptions? options)
    {
        TimeSpan time = options?.Timeout ?? (changes ? Timeout.InfiniteTimeSpan : _options.RequestTimeout);
        if (time != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, nameof(options));
        }

        // No timer goes further; nobody waits for 24 days either.
        return time.TotalMilliseconds > int.MaxValue ? Timeout.InfiniteTimeSpan : time;
    }

    private async IAsyncEnumerable<TItem> StreamPagesAsync<TParams, TItem>(
        ListMethod<TParams, TItem> method, TParams parameters, TimeSpan time, TimeSpan patience, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TParams : ListParams
    {
        HashSet<string>? known = method.KeyOf is null ? null : new HashSet<string>(StringComparer.Ordinal);
        string? cursor = parameters.Cursor;
        var busy = new BusyWait(patience);
        do
        {
            bool hasItems = false;
            var request = new StreamRequest<TParams, TItem>(this, _ids.Next(), method, parameters with { Cursor = cursor }, time);
            try
            {
                Begin(request, cancellationToken);
                while (await request.Batches.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    while (request.Batches.TryRead(out IReadOnlyList<TItem>? batch))
                    {
                        hasItems = true;
                        foreach (TItem item in batch)
                        {
                            if (IsNew(item, request))
                            {
                                yield return item;
                                cancellationToken.ThrowIfCancellationRequested();
                            }
                        }
                    }
                }

                ListResult<TItem>? rest = await busy.ResultOf(request.Task, mayWait: !hasItems, cancellationToken).ConfigureAwait(false);
                if (rest is null)
                {
                    continue;
                }

                foreach (TItem item in rest.Items ?? [])
                {
                    if (IsNew(item, request))
                    {
                        yield return item;
                        cancellationToken.ThrowIfCancellationRequested();
                    }
                }

                cursor = rest.NextCursor != cursor || rest.NextCursor is null
                    ? rest.NextCursor
                    : throw ConnectionFailures.NotAnAgent(Endpoint, $"its listing '{method.Name}' goes round in a circle");
            }
            finally
            {
                request.Abandon(CancellationToken.None);

                // Whoever left early did not ask for the outcome; looked at, it is no unobserved one.
                _ = request.Task.Exception;
            }
        }
        while (busy.IsToBeRepeated || !string.IsNullOrEmpty(cursor));

        // Keys are kept from the first item on, because a connection may be lost at any one; left out is only what a repeat brings again.
        bool IsNew(TItem item, SessionRequest request) =>
            known is null || method.KeyOf!(item) is not string key || known.Add(key) || request.Interruptions == 0;
    }
}
