using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Threading;
using EsxAgent.Client.Transports;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Framing;
using EsxAgent.Protocol.Messages;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.Client.Connections;

/// <summary>
/// The sending side of a connection: one frame after the other, whole. A caller never waits for the agent to read: what the system does not take at once
/// is queued and sent by a thread of the pool.
/// </summary>
/// <param name="transport">Where to.</param>
/// <param name="endpoint">For messages.</param>
/// <param name="failed">Told once when sending failed, on any thread and never under the sender's lock.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "The writer holds nothing but memory, and late senders may still come when the connection is gone.")]
internal sealed class FrameSender(Transport transport, Endpoint endpoint, Action<TransportException> failed)
{
    private readonly object _gate = new();
    private readonly RpcWriter _writer = new();
    private readonly Queue<byte[]> _left = new();
    private bool _draining;
    private long _lastSent = Environment.TickCount64;

    /// <summary>The largest body that the agent takes, in bytes.</summary>
    public int MaxBody { get; set; } = FrameLimits.BodyFromGuest;

    /// <summary>Milliseconds since something was sent.</summary>
    public long IdleMilliseconds => Environment.TickCount64 - Volatile.Read(ref _lastSent);

    /// <summary>Sends a request.</summary>
    /// <exception cref="AgentException"><see cref="ErrorKind.FrameTooLarge"/>: nothing was sent.</exception>
    public void SendRequest(PendingRequest request, string method)
    {
        TransportException? failure;
        lock (_gate)
        {
            request.Write(_writer);
            ReadOnlyMemory<byte> frame = _writer.Complete();
            if (_writer.BodyLength > MaxBody)
            {
                throw TooLarge(method, _writer.BodyLength);
            }

            failure = Transmit(frame);
        }

        Report(failure);
    }

    /// <summary>Tells the agent that a request is no longer wanted.</summary>
    public void SendCancel(long id)
    {
        TransportException? failure;
        lock (_gate)
        {
            Utf8JsonWriter writer = _writer.BeginNotification(Methods.CancelRequest);
            writer.WriteStartObject();
            writer.WriteNumber("id"u8, id);
            writer.WriteEndObject();
            failure = Transmit(_writer.Complete());
        }

        Report(failure);
    }

    /// <summary>Tells the agent that the connection ends.</summary>
    public void SendExit()
    {
        TransportException? failure;
        lock (_gate)
        {
            Utf8JsonWriter writer = _writer.BeginNotification(Methods.Exit);
            writer.WriteStartObject();
            writer.WriteEndObject();
            failure = Transmit(_writer.Complete());
        }

        Report(failure);
    }

    /// <summary>Answers a request of the agent's: this version serves none.</summary>
    public void SendMethodNotFound(ReadOnlySpan<byte> id, string method)
    {
        TransportException? failure;
        lock (_gate)
        {
            failure = Transmit(_writer.Error(id, new WireError(ErrorKind.MethodNotFound, $"A client serves no method '{method}'.")));
        }

        Report(failure);
    }

    private TransportException? Transmit(ReadOnlyMemory<byte> frame)
    {
        Volatile.Write(ref _lastSent, Environment.TickCount64);
        try
        {
            int sent = _draining ? 0 : transport.TrySend(frame.Span);
            if (sent < frame.Length)
            {
                _left.Enqueue(frame[sent..].ToArray());
                StartDraining();
            }

            return null;
        }
        catch (TransportException e)
        {
            return e;
        }
    }

    private void StartDraining()
    {
        if (!_draining)
        {
            _draining = true;
            ThreadPool.UnsafeQueueUserWorkItem(static sender => sender.Drain(), this, preferLocal: false);
        }
    }

    private void Drain()
    {
        try
        {
            while (true)
            {
                byte[]? bytes;
                lock (_gate)
                {
                    if (!_left.TryDequeue(out bytes))
                    {
                        _draining = false;
                        return;
                    }
                }

                transport.Send(bytes);
            }
        }
        catch (TransportException e)
        {
            // _draining stays set: nothing more goes out on a connection that failed.
            Report(e);
        }
    }

    private void Report(TransportException? failure)
    {
        if (failure is not null)
        {
            failed(failure);
        }
    }

    private AgentException TooLarge(string method, int length) => new(
        endpoint,
        method,
        new WireError(ErrorKind.FrameTooLarge, $"The request '{method}' has {length} bytes; the agent takes {MaxBody}.")
        {
            RecommendedAction = "Send less at a time.",
        });
}
