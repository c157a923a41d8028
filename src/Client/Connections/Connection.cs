using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client.Transports;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Framing;
using EsxAgent.Protocol.Messages;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.Client.Connections;

/// <summary>
/// One connection: a thread that receives, a sender, and the requests that wait by id. It lives until the stream ends or is given up; then every
/// request that still waits is told why. It neither connects again nor repeats: that is the session's.
/// </summary>
internal sealed class Connection
{
    /// <summary>Stack of the receiving thread: reading a JSON result is the deepest that it does.</summary>
    private const int StackBytes = 512 << 10;

    /// <summary>
    /// What the receiver keeps of its buffer: a guest has few connections, and content of a sidecar comes in frames of 171 KiB, for each of which the buffer
    /// would grow anew.
    /// </summary>
    private const int KeptBuffer = 512 << 10;

    /// <summary>How long a receiver may still read after a send has failed.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(500);

    private readonly object _gate = new();
    private readonly Dictionary<long, PendingRequest> _pending = [];
    private readonly Transport _transport;
    private readonly RequestIds _ids;
    private readonly FrameSender _sender;
    private ConnectionException? _ended;
    private Action<Connection, ConnectionException>? _onEnded;
    private AgentException? _farewell;

    /// <summary>Takes over a connected transport and begins to receive.</summary>
    /// <param name="endpoint">For messages.</param>
    /// <param name="transport">Owned by the connection from now on.</param>
    /// <param name="ids">Where the ids of this connection's requests come from.</param>
    public Connection(Endpoint endpoint, Transport transport, RequestIds ids)
    {
        Endpoint = endpoint;
        _transport = transport;
        _ids = ids;
        _sender = new FrameSender(transport, endpoint, OnSendFailed);
        var receiver = new Thread(Receive, StackBytes) { IsBackground = true, Name = "EsxAgent receiver" };
        receiver.UnsafeStart();
    }

    /// <summary>Who is at the other end.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>True where the connection came from a port below 1024.</summary>
    public bool IsPrivileged => _transport.PrivilegedPort is not null;

    /// <summary>Milliseconds since something was sent.</summary>
    public long IdleMilliseconds => _sender.IdleMilliseconds;

    /// <summary>What the agent said to no request in particular before it closed: why it closes.</summary>
    public AgentException? Farewell => Volatile.Read(ref _farewell);

    /// <summary>Why the connection ended; null while it lives.</summary>
    public ConnectionException? EndReason => Volatile.Read(ref _ended);

    /// <summary>Largest body that the agent takes, in bytes.</summary>
    public int MaxRequestBytes
    {
        set => _sender.MaxBody = value;
    }

    /// <summary>Asks to be told once when the connection has ended, before the requests are; at once where it has already.</summary>
    public void WhenEnded(Action<Connection, ConnectionException> callback)
    {
        ConnectionException? ended;
        lock (_gate)
        {
            _onEnded += callback;
            ended = _ended;
        }

        if (ended is not null)
        {
            callback(this, ended);
        }
    }

    /// <summary>Sends a request and lets it wait for its answer.</summary>
    /// <returns>False where the connection has ended and nothing was sent.</returns>
    /// <exception cref="AgentException">The request is too large; it does not wait.</exception>
    public bool TryStart(PendingRequest request, string method)
    {
        lock (_gate)
        {
            if (_ended is not null)
            {
                return false;
            }

            _pending.Add(request.Id, request);
        }

        try
        {
            _sender.SendRequest(request, method);
        }
        catch
        {
            Remove(request.Id);
            throw;
        }

        return true;
    }

    /// <summary>Lets a request wait no longer and tells the agent. A late answer is dropped.</summary>
    public void Cancel(long id)
    {
        if (Remove(id) is not null)
        {
            _sender.SendCancel(id);
        }
    }

    /// <summary>Tells the agent that a request is not wanted any more; it waits on, for what the agent says to that.</summary>
    public void AskToCancel(long id)
    {
        if (Find(id) is not null)
        {
            _sender.SendCancel(id);
        }
    }

    /// <summary>Ends the connection and tells all who wait.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="sayExit">True to send <c>exit</c> first, without waiting for it.</param>
    public void End(ConnectionException reason, bool sayExit = false)
    {
        List<PendingRequest> pending;
        Action<Connection, ConnectionException>? onEnded;
        lock (_gate)
        {
            if (_ended is not null)
            {
                return;
            }

            Volatile.Write(ref _ended, reason);
            pending = [.. _pending.Values];
            _pending.Clear();
            onEnded = _onEnded;
        }

        if (sayExit)
        {
            _sender.SendExit();
        }

        _transport.Shutdown();
        onEnded?.Invoke(this, reason);
        foreach (PendingRequest request in pending)
        {
            request.OnConnectionEnded(reason);
        }
    }

    private PendingRequest? Remove(long id)
    {
        lock (_gate)
        {
            return _pending.Remove(id, out PendingRequest? request) ? request : null;
        }
    }

    private PendingRequest? Find(long id)
    {
        lock (_gate)
        {
            return _pending.GetValueOrDefault(id);
        }
    }

    /// <summary>The receiving thread.</summary>
    private void Receive()
    {
        var decoder = new FrameDecoder(FrameLimits.BodyFromHost, KeptBuffer);
        ConnectionException reason;
        try
        {
            string? problem = null;
            int count;
            while (problem is null && (count = _transport.Receive(decoder.GetFreeSpace().Span)) > 0)
            {
                decoder.Advance(count);
                problem = TakeFrames(decoder);
            }

            reason = problem is not null ? ConnectionFailures.NotAnAgent(Endpoint, problem)
                : ConnectionFailures.Lost(Endpoint, decoder.IsInsideFrame ? "the agent closed it in the middle of a message" : Goodbye(), Farewell);
        }
        catch (Exception e)
        {
            // Whatever it is: an exception that leaves a thread ends the process, which is the user's PowerShell.
            reason = ConnectionFailures.Lost(Endpoint, e.Message, e);
        }

        End(reason);
        _transport.Dispose();
    }

    private string Goodbye() => Farewell is AgentException farewell ? "the agent closed it: " + farewell.Message.TrimEnd('.') : "the agent closed it";

    /// <summary>Handles every message that has arrived whole.</summary>
    /// <returns>What breaks the protocol, without a full stop; null as long as all is well.</returns>
    private string? TakeFrames(FrameDecoder decoder)
    {
        while (true)
        {
            switch (decoder.TryTake(out ReadOnlyMemory<byte> body))
            {
                case FrameStatus.Incomplete:
                    return null;
                case FrameStatus.Body:
                    if (Handle(body.Span) is string problem)
                    {
                        return problem;
                    }

                    break;
                default:
                    // An answer that is too large cannot be matched with its request any more, so that one would wait in vain.
                    return decoder.Problem;
            }
        }
    }

    private string? Handle(ReadOnlySpan<byte> body)
    {
        if (!RpcMessage.TryParse(body, out RpcMessage message, out WireError? error))
        {
            return error!.Message.TrimEnd('.');
        }

        switch (message.Kind)
        {
            case RpcMessageKind.Notification:
                OnNotification(message);
                return null;
            case RpcMessageKind.Request:
                _sender.SendMethodNotFound(message.Id, Encoding.UTF8.GetString(message.Method));
                return null;
            default:
                return OnAnswer(message);
        }
    }

    private void OnNotification(RpcMessage message)
    {
        if (Ascii.Equals(message.Method, Methods.Progress)
            && ProgressNotification.TryRead(message.Payload, out long token, out ReadOnlySpan<byte> value)
            && Find(token) is PendingRequest request
            && !request.OnProgress(value))
        {
            Cancel(token);
        }
    }

    private string? OnAnswer(RpcMessage message)
    {
        bool isError = message.Kind == RpcMessageKind.Error;
        if (message.Id.SequenceEqual("null"u8))
        {
            // Said to nobody in particular: the agent could not read something, or says why it closes.
            Volatile.Write(ref _farewell, isError ? new AgentException(Endpoint, string.Empty, ReadError(message.Payload)) : null);
            return null;
        }

        if (!Utf8Parser.TryParse(message.Id, out long id, out int used) || used != message.Id.Length || id < 1 || id > _ids.Last)
        {
            return "it answered a request that was never sent";
        }

        // Nobody waits any more where the request was cancelled or ran out of time: a late answer is no fault.
        if (Remove(id) is PendingRequest request)
        {
            if (isError)
            {
                request.OnError(ReadError(message.Payload));
            }
            else
            {
                request.OnResult(message.Payload);
            }
        }

        return null;
    }

    private static WireError ReadError(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? WireError.Read(document.RootElement)
            : new WireError(ErrorKind.InternalError, "The agent answered an error without saying which.");
    }

    private void OnSendFailed(TransportException failure)
    {
        ConnectionException reason = ConnectionFailures.Lost(Endpoint, failure.Message, failure);
        if (failure.Error == TransportError.Reset)
        {
            // The agent has closed its end. What it said before that is still to be read; then the receiver comes upon the end by itself.
            _ = EndLaterAsync(reason);
        }
        else
        {
            End(reason);
        }
    }

    private async Task EndLaterAsync(ConnectionException reason)
    {
        await Task.Delay(LastWords).ConfigureAwait(false);
        End(reason);
    }
}
