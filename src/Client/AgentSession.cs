using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
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
    private AgentSession(Endpoint endpoint) => Endpoint = endpoint;

    /// <summary>
    /// After a reconnect another host answered (see <see cref="HostHasChanged"/>). Raised once for each change, on a thread of the session's own:
    /// handlers must be quick and must not throw.
    /// </summary>
    public event EventHandler<HostChangedEventArgs>? HostChanged;

    /// <summary>Where the agent listens.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>Where the session stands at the moment.</summary>
    public SessionState State => throw new NotSupportedException();

    /// <summary>What the agent said in the newest handshake.</summary>
    public InitializeResult Agent => throw new NotSupportedException();

    /// <summary>When the newest handshake was done.</summary>
    public DateTimeOffset Connected => throw new NotSupportedException();

    /// <summary>Why the session is <see cref="SessionState.Broken"/>; null in every other state.</summary>
    public Exception? Failure => throw new NotSupportedException();

    /// <summary>
    /// True once a reconnect found another host than the session began with. Reads go on there; every change is refused with
    /// <see cref="ConnectionFailure.HostChanged"/>, because its disks may not be the ones that were meant. A new session starts afresh.
    /// </summary>
    public bool HostHasChanged => HostChanged is null;

    /// <summary>Connects and shakes hands.</summary>
    /// <param name="endpoint">Where the agent listens.</param>
    /// <param name="options">Timeouts and names; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    /// <exception cref="ConnectionException">No session could be had; its <see cref="ConnectionException.Failure"/> says why.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static Task<AgentSession> ConnectAsync(Endpoint endpoint, SessionOptions? options, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

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
        where TParams : RequestParams => throw new NotSupportedException();

    /// <summary>
    /// Asks the agent for a listing and hands out its items as they come: in batches while the host finds them, or page by page from an agent that sends none.
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
        where TParams : ListParams => throw new NotSupportedException();

    /// <summary>Ends the session in order (<c>shutdown</c>, <c>exit</c>), within 2 s, then closes the connection. Never fails; a second call does nothing.</summary>
    /// <param name="cancellationToken">Closes at once.</param>
    public Task CloseAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>Closes the connection at once; requests that wait fail with <see cref="ConnectionFailure.Closed"/>.</summary>
    public void Dispose() => throw new NotSupportedException();

    /// <summary>The same as <see cref="CloseAsync"/>.</summary>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
