using System;
using System.Text.Encodings.Web;
using System.Text.Json;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Framing;

namespace EsxAgent.Protocol.Rpc;

/// <summary>
/// Writes JSON-RPC objects as whole frames into one reusable buffer. Each method begins a frame; the payload is written by the caller between
/// <c>Begin…</c> and <see cref="Complete"/>. Not safe for several threads: one a connection's sending side.
/// </summary>
public sealed class RpcWriter : IDisposable
{
    // The wire is no HTML page: letters outside of ASCII, '<' and '&' travel as they are.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly FrameBuffer _buffer = new();
    private readonly Utf8JsonWriter _writer;

    /// <summary>Makes a writer with a small buffer.</summary>
    public RpcWriter() => _writer = new Utf8JsonWriter(_buffer, Options);

    /// <summary>Bytes of the body after <see cref="Complete"/>.</summary>
    public int BodyLength => _buffer.BodyLength;

    /// <summary>Begins a request; the caller writes the value of <c>params</c>.</summary>
    public Utf8JsonWriter BeginRequest(long id, string method)
    {
        Begin();
        _writer.WriteNumber("id"u8, id);
        _writer.WriteString("method"u8, method);
        _writer.WritePropertyName("params"u8);
        return _writer;
    }

    /// <summary>Begins a notification; the caller writes the value of <c>params</c>.</summary>
    public Utf8JsonWriter BeginNotification(string method)
    {
        Begin();
        _writer.WriteString("method"u8, method);
        _writer.WritePropertyName("params"u8);
        return _writer;
    }

    /// <summary>Begins an answer; the caller writes the value of <c>result</c>.</summary>
    /// <param name="id">The request's id as it came.</param>
    public Utf8JsonWriter BeginResult(ReadOnlySpan<byte> id)
    {
        BeginAnswer(id);
        _writer.WritePropertyName("result"u8);
        return _writer;
    }

    /// <summary>Writes a whole answer whose result is already JSON text.</summary>
    public ReadOnlyMemory<byte> Result(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result)
    {
        BeginResult(id).WriteRawValue(result, skipInputValidation: true);
        return Complete();
    }

    /// <summary>Writes a whole error answer.</summary>
    /// <param name="id">The request's id as it came; empty where it could not be read: <c>null</c> is sent then.</param>
    /// <param name="error">What went wrong.</param>
    public ReadOnlyMemory<byte> Error(ReadOnlySpan<byte> id, WireError error)
    {
        BeginAnswer(id);
        _writer.WritePropertyName("error"u8);
        error.WriteTo(_writer);
        return Complete();
    }

    /// <summary>Ends the frame.</summary>
    /// <returns>Header and body, valid until the next frame is begun.</returns>
    public ReadOnlyMemory<byte> Complete()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.Complete();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void BeginAnswer(ReadOnlySpan<byte> id)
    {
        Begin();
        _writer.WritePropertyName("id"u8);
        _writer.WriteRawValue(id.IsEmpty ? "null"u8 : id, skipInputValidation: true);
    }

    private void Begin()
    {
        _buffer.Reset();
        _writer.Reset();
        _writer.WriteStartObject();
        _writer.WriteString("jsonrpc"u8, "2.0"u8);
    }
}
