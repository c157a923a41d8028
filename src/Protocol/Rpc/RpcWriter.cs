using System;
using System.Text.Encodings.Web;
using System.Text.Json;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Framing;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Protocol.Rpc;

/// <summary>
/// Writes JSON-RPC objects as whole frames into one reusable buffer. Each method begins a frame; the payload is written by the caller between
/// <c>Begin…</c> and <see cref="Complete"/>. Not safe for several threads: one a connection's sending side.
/// </summary>
public sealed class RpcWriter : IDisposable
{
    // The wire is no HTML page: letters outside of ASCII, '<' and '&' travel as they are.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly FrameBuffer _buffer;
    private readonly Utf8JsonWriter _writer;

    /// <summary>Makes a writer with a small buffer.</summary>
    public RpcWriter()
        : this(new FrameBuffer())
    {
    }

    /// <summary>Makes a writer.</summary>
    /// <param name="buffer">Where frames are put together; nobody else may use it.</param>
    public RpcWriter(FrameBuffer buffer)
    {
        _buffer = buffer;
        _writer = new Utf8JsonWriter(_buffer, Options);
    }

    /// <summary>An object as the text in which it travels.</summary>
    public static byte[] Render(IWireObject value)
    {
        var buffer = new FrameBuffer();
        using var writer = new Utf8JsonWriter(buffer, Options);
        value.WriteTo(writer);
        writer.Flush();
        return buffer.Body.ToArray();
    }

    /// <summary>Bytes of the body after <see cref="Complete"/>.</summary>
    public int BodyLength => _buffer.BodyLength;

    /// <summary>Begins a request; the caller writes the value of <c>params</c>.</summary>
    public Utf8JsonWriter BeginRequest(long id, string method)
    {
        Begin("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        _writer.WriteNumberValue(id);
        BeginValue(",\"method\":"u8);
        _writer.WriteStringValue(method);
        return BeginValue(",\"params\":"u8);
    }

    /// <summary>Begins a notification; the caller writes the value of <c>params</c>.</summary>
    public Utf8JsonWriter BeginNotification(string method)
    {
        Begin("{\"jsonrpc\":\"2.0\",\"method\":"u8);
        _writer.WriteStringValue(method);
        return BeginValue(",\"params\":"u8);
    }

    /// <summary>Writes a whole answer.</summary>
    /// <param name="id">The request's id as it came.</param>
    /// <param name="result">What was asked for.</param>
    public ReadOnlyMemory<byte> Result(ReadOnlySpan<byte> id, IWireObject result)
    {
        BeginAnswer(id);
        result.WriteTo(BeginValue(",\"result\":"u8));
        return Complete();
    }

    /// <summary>Writes a whole answer whose result is already JSON text.</summary>
    public ReadOnlyMemory<byte> Result(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result)
    {
        BeginAnswer(id);
        _buffer.Append(",\"result\":"u8);
        _buffer.Append(result);
        _buffer.Append("}"u8);
        return _buffer.Complete();
    }

    /// <summary>Writes a whole error answer.</summary>
    /// <param name="id">The request's id as it came; empty where it could not be read: <c>null</c> is sent then.</param>
    /// <param name="error">What went wrong.</param>
    public ReadOnlyMemory<byte> Error(ReadOnlySpan<byte> id, WireError error)
    {
        BeginAnswer(id);
        error.WriteTo(BeginValue(",\"error\":"u8));
        return Complete();
    }

    /// <summary>Ends the frame.</summary>
    /// <returns>Header and body, valid until the next frame is begun.</returns>
    public ReadOnlyMemory<byte> Complete()
    {
        BeginValue("}"u8);
        return _buffer.Complete();
    }

    /// <summary>Gives the frame's memory back where it was a large one. The frame is no longer valid.</summary>
    public void Discard()
    {
        _buffer.Reset();
        _writer.Reset();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void BeginAnswer(ReadOnlySpan<byte> id)
    {
        Begin("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        _buffer.Append(id.IsEmpty ? "null"u8 : id);
    }

    private void Begin(ReadOnlySpan<byte> text)
    {
        _buffer.Reset();
        _writer.Reset();
        _buffer.Append(text);
    }

    /// <summary>Puts what comes before a member's value behind what was written; the writer knows the value alone.</summary>
    private Utf8JsonWriter BeginValue(ReadOnlySpan<byte> before)
    {
        if (_writer.BytesPending > 0)
        {
            _writer.Flush();
            _writer.Reset();
        }

        _buffer.Append(before);
        return _writer;
    }
}
