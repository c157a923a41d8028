using System;
using System.Text.Json;
using EsxAgent.HostAgent.Posix;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Framing;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Sessions;

/// <content>Sends frames, and holds the guest to the time that it may take to read them.</content>
internal sealed unsafe partial class Connection
{
    /// <summary>How fast a guest has to read a frame at least, beyond the time that it has for any: 64 KB/s.</summary>
    private const int SlowestBytesPerMs = 64;

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

            try
            {
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
            catch (NoShareException)
            {
                Break();
            }
            finally
            {
                _writer.Discard();
                LeaveAnswerShare();
            }
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

            try
            {
                Utf8JsonWriter json = BeginProgress(token);
                json.WriteStartObject();
                ListAnswer.WriteMembers(json, items, null);
                json.WriteEndObject();
                json.WriteEndObject();
                SendFrame(_writer.Complete().Span);
            }
            catch (NoShareException)
            {
                Break();
            }
            finally
            {
                LeaveAnswerShare();
            }
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

            _answerWaitMs = 0;
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
        catch (NoShareException)
        {
            return false;
        }
        finally
        {
            _answerWaitMs = SessionLimitsInForce.SendMs;
            LeaveAnswerShare();
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
            LeaveAnswerShare();
            _sending.Exit();
        }
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
        // A guest that reads a byte now and then must not hold the frame for ever.
        long deadline = long.MaxValue;
        int length = bytes.Length;
        while (!(bytes = SendNow(bytes)).IsEmpty)
        {
            deadline = deadline == long.MaxValue ? Environment.TickCount64 + SessionLimitsInForce.SendMs + (length / SlowestBytesPerMs) : deadline;
            if (!WaitForRoom(deadline))
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

    private bool WaitForRoom(long deadline)
    {
        long left = Math.Clamp(deadline - Environment.TickCount64, 0, SessionLimitsInForce.SendMs);
        var entry = new PollEntry { Descriptor = _descriptor, Events = PosixConstants.PollOut };
        int ready = Libc.Poll(&entry, 1, (int)left);
        return ready > 0 && (entry.Returned & PosixConstants.PollOut) != 0;
    }

    /// <summary>Called when an answer becomes a large one. With <see cref="_sending"/> held.</summary>
    private void TakeAnswerShare()
    {
        _answerShare ??= _shares.TakeAnswer(Vm, _answerWaitMs) ?? throw new NoShareException();
    }

    /// <summary>Gives the memory of a large answer back, unless a part of it is still kept to be sent.</summary>
    private void LeaveAnswerShare()
    {
        if (_rest.Length == 0)
        {
            _answerShare?.Dispose();
            _answerShare = null;
        }
    }
}

/// <summary>There is no memory for a large answer.</summary>
internal sealed class NoShareException : Exception;
