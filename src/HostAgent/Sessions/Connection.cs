using System;
using System.Diagnostics;
using System.Text.Json;
using System.Threading;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Posix;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Framing;
using EsxAgent.Protocol.Messages;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// One accepted connection: receives frames on its own thread, sends frames from any. What the frames mean is the session's business.
/// </summary>
internal sealed unsafe class Connection : IDisposable
{
    private readonly int _descriptor;
    private readonly Counters _counters;
    private readonly FrameDecoder _decoder = new(FrameLimits.BodyFromGuest);
    private readonly RpcWriter _writer = new();

    /// <summary>Held while a frame is written, which may take as long as the guest takes to read.</summary>
    private readonly Lock _sending = new();

    /// <summary>
    /// Held for a moment while the descriptor is shut down or closed: nobody may touch a descriptor that belongs to another by then. Taken after
    /// <see cref="_sending"/> where both are needed.
    /// </summary>
    private readonly Lock _life = new();
    private bool _isClosed;

    /// <summary>The rest of a frame that had to wait for room; goes before everything else. Belongs to who holds <see cref="_sending"/>.</summary>
    private byte[] _rest = [];

    /// <summary>Takes over a connected descriptor.</summary>
    public Connection(int descriptor, TransportPeer peer, Counters counters)
    {
        _descriptor = descriptor;
        Peer = peer;
        _counters = counters;
    }

    /// <summary>What the transport knows of the other end.</summary>
    public TransportPeer Peer { get; }

    /// <summary>When something was last received, as <see cref="Stopwatch.GetTimestamp"/> has it.</summary>
    public long LastReceived { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>Receives until the connection ends.</summary>
    /// <param name="onBody">Takes each body; false ends the connection.</param>
    public void Receive(BodyHandler onBody)
    {
        while (ReceiveSome())
        {
            FrameStatus status;
            while ((status = _decoder.TryTake(out ReadOnlyMemory<byte> body)) != FrameStatus.Incomplete)
            {
                if (status == FrameStatus.Body ? !onBody(body.Span) : !Refuse(status))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Sends a result.</summary>
    /// <param name="id">The request's id as it came.</param>
    /// <param name="result">The result; null sends <c>null</c>.</param>
    public void SendResult(ReadOnlySpan<byte> id, IWireObject? result)
    {
        lock (_sending)
        {
            if (_isClosed)
            {
                return;
            }

            ReadOnlyMemory<byte> frame = result switch
            {
                null => _writer.Result(id, "null"u8),
                RenderedResult rendered => _writer.Result(id, rendered.Json),
                _ => _writer.Result(id, result),
            };
            if (_writer.BodyLength > FrameLimits.BodyFromHost)
            {
                _counters.CountError(ErrorKind.InternalError);
                frame = _writer.Error(id, new WireError(ErrorKind.InternalError, "The answer is larger than 4 MiB; ask for it in parts."));
            }

            SendFrame(frame.Span);
        }
    }

    /// <summary>Sends an error.</summary>
    /// <param name="id">The request's id as it came; empty where it could not be read.</param>
    /// <param name="error">The error.</param>
    public void SendError(ReadOnlySpan<byte> id, WireError error)
    {
        _counters.CountError(error.Kind);
        lock (_sending)
        {
            if (!_isClosed)
            {
                SendFrame(_writer.Error(id, error).Span);
            }
        }
    }

    /// <summary>Sends a batch of a listing.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="token">The request's <c>partialResultToken</c> as it came.</param>
    /// <param name="items">The batch.</param>
    public void SendBatch<T>(ReadOnlySpan<byte> token, ReadOnlySpan<T> items)
        where T : IWireObject
    {
        lock (_sending)
        {
            if (_isClosed)
            {
                return;
            }

            Utf8JsonWriter json = BeginProgress(token);
            json.WriteStartObject();
            ListAnswer.WriteMembers(json, items, null);
            json.WriteEndObject();
            json.WriteEndObject();
            SendFrame(_writer.Complete().Span);
        }
    }

    /// <summary>Sends how far some work is.</summary>
    /// <param name="token">The request's <c>workDoneToken</c> as it came.</param>
    /// <param name="kind"><c>begin</c>, <c>report</c> or <c>end</c>.</param>
    /// <param name="percentage">0 to 100.</param>
    /// <param name="message">What is being done; null where there is nothing to say.</param>
    public void SendProgress(ReadOnlySpan<byte> token, string kind, int percentage, string? message)
    {
        lock (_sending)
        {
            if (_isClosed)
            {
                return;
            }

            Utf8JsonWriter json = BeginProgress(token);
            json.WriteStartObject();
            json.WriteString("kind"u8, kind);
            json.WriteNumber("percentage"u8, percentage);
            if (message is not null)
            {
                json.WriteString("message"u8, message);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            SendFrame(_writer.Complete().Span);
        }
    }

    /// <summary>
    /// Sends a batch whose items are JSON text, if there is room for it now, and never waits: a guest that does not read must hold up neither a thread nor
    /// fill the memory. What the socket does not take of a frame that was begun is kept, one frame at most.
    /// </summary>
    /// <param name="token">The request's <c>partialResultToken</c> as it came.</param>
    /// <param name="items">The items, divided by commas.</param>
    /// <returns>False where nothing was sent and nothing kept.</returns>
    public bool TrySendItems(ReadOnlySpan<byte> token, ReadOnlySpan<byte> items)
    {
        if (!_sending.TryEnter())
        {
            return false;
        }

        try
        {
            if (_isClosed)
            {
                return true;
            }

            _rest = SendNow(_rest).ToArray();
            if (_rest.Length > 0)
            {
                return false;
            }

            Utf8JsonWriter json = BeginProgress(token);
            ItemBatch.WriteMembers(json, items, null);
            json.WriteEndObject();
            ReadOnlySpan<byte> frame = _writer.Complete().Span;
            ReadOnlySpan<byte> left = SendNow(frame);
            if (left.Length == frame.Length)
            {
                return false;
            }

            _counters.CountSent(frame.Length);
            _rest = left.ToArray();
            return true;
        }
        finally
        {
            _sending.Exit();
        }
    }

    /// <summary>Sends what is kept of a frame that was begun, as far as there is room now; never waits.</summary>
    public void TrySendRest()
    {
        if (!_sending.TryEnter())
        {
            return;
        }

        try
        {
            _rest = _isClosed ? [] : SendNow(_rest).ToArray();
        }
        finally
        {
            _sending.Exit();
        }
    }

    /// <summary>
    /// Ends both directions: the receiving thread wakes up and closes, and who waits for room to send gives up. May be called from any thread, any number of
    /// times, and never waits, not even for a guest that does not read what it is sent.
    /// </summary>
    public void Break()
    {
        lock (_life)
        {
            if (!_isClosed)
            {
                Libc.Shutdown(_descriptor, PosixConstants.ShutdownBoth);
            }
        }
    }

    /// <summary>Closes the descriptor; called by the receiving thread when it is done. Sending does nothing from then on.</summary>
    public void Dispose()
    {
        Break();
        lock (_sending)
        {
            lock (_life)
            {
                if (!_isClosed)
                {
                    _isClosed = true;
                    Libc.Close(_descriptor);
                    _writer.Dispose();
                }
            }
        }
    }

    private bool ReceiveSome()
    {
        Span<byte> space = _decoder.GetFreeSpace().Span;
        nint count;
        fixed (byte* start = space)
        {
            do
            {
                count = Libc.Receive(_descriptor, start, space.Length, 0);
            }
            while (count < 0 && Errno.Last == Errno.Interrupted);
        }

        if (count <= 0)
        {
            return false;
        }

        LastReceived = Stopwatch.GetTimestamp();
        _counters.CountReceived(count);
        _decoder.Advance((int)count);
        return true;
    }

    /// <summary>Answers a frame that cannot be taken.</summary>
    /// <returns>False where the connection has to end.</returns>
    private bool Refuse(FrameStatus status)
    {
        bool isTooLarge = status == FrameStatus.TooLarge;
        SendError(default, new WireError(isTooLarge ? ErrorKind.FrameTooLarge : ErrorKind.InvalidRequest, $"The frame cannot be taken: {_decoder.Problem}."));
        return isTooLarge;
    }

    /// <summary>Begins a notification of progress up to its value; the caller writes that and the end of the object.</summary>
    private Utf8JsonWriter BeginProgress(ReadOnlySpan<byte> token)
    {
        Utf8JsonWriter json = _writer.BeginNotification(Methods.Progress);
        json.WriteStartObject();
        json.WritePropertyName("token"u8);
        json.WriteRawValue(token, skipInputValidation: true);
        json.WritePropertyName("value"u8);
        return json;
    }

    /// <summary>Writes a whole frame; a guest that does not read it in time loses the connection.</summary>
    private void SendFrame(ReadOnlySpan<byte> frame)
    {
        _counters.CountSent(frame.Length);
        byte[] rest = _rest;
        _rest = [];
        SendAll(rest);
        SendAll(frame);
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!(bytes = SendNow(bytes)).IsEmpty)
        {
            if (!WaitForRoom())
            {
                Break();
                return;
            }
        }
    }

    /// <summary>Writes what there is room for.</summary>
    /// <returns>What is left; nothing where the connection has ended, and nobody would read it.</returns>
    private ReadOnlySpan<byte> SendNow(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint sent;
            fixed (byte* start = bytes)
            {
                sent = Libc.Send(_descriptor, start, bytes.Length, PosixConstants.NoSignal | PosixConstants.DontWait);
            }

            int error = sent < 0 ? Errno.Last : 0;
            if (sent > 0)
            {
                bytes = bytes[(int)sent..];
            }
            else if (error is Errno.Again or Errno.NoBuffers)
            {
                return bytes;
            }
            else if (error != Errno.Interrupted)
            {
                Break();
                return default;
            }
        }

        return default;
    }

    private bool WaitForRoom()
    {
        var entry = new PollEntry { Descriptor = _descriptor, Events = PosixConstants.PollOut };
        int ready = Libc.Poll(&entry, 1, SessionLimitsInForce.SendMs);
        return ready > 0 && (entry.Returned & PosixConstants.PollOut) != 0;
    }
}

/// <summary>Takes one body.</summary>
/// <param name="body">Valid during the call only.</param>
/// <returns>False to end the connection.</returns>
internal delegate bool BodyHandler(ReadOnlySpan<byte> body);
