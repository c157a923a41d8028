using System;
using System.Text.Json;
using System.Text.Unicode;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.Protocol.Rpc;

/// <summary>
/// A JSON-RPC 2.0 object cut into its members without copying: each span is a slice of the body. Whether the members make sense together
/// is what <see cref="TryParse"/> has checked; what the parameters or the result hold is not its business.
/// </summary>
public readonly ref struct RpcMessage
{
    private RpcMessage(RpcMessageKind kind, ReadOnlySpan<byte> id, ReadOnlySpan<byte> method, ReadOnlySpan<byte> payload)
    {
        Kind = kind;
        Id = id;
        Method = method;
        Payload = payload;
    }

    /// <summary>What it is.</summary>
    public RpcMessageKind Kind { get; }

    /// <summary>The id exactly as it came (an integer, or a string with its quotes); empty on a notification, <c>null</c> on an answer to something unreadable.</summary>
    public ReadOnlySpan<byte> Id { get; }

    /// <summary>The method of a request or notification as UTF-8, else empty.</summary>
    public ReadOnlySpan<byte> Method { get; }

    /// <summary>The JSON text of <c>params</c>, <c>result</c> or <c>error</c>. Empty where <c>params</c> was left out.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Reads one body.</summary>
    /// <param name="body">A whole frame's body.</param>
    /// <param name="message">What was read. Where the answer is false it still holds the id, if that could be read.</param>
    /// <param name="error">Why not, ready to be answered.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, out RpcMessage message, out WireError? error)
    {
        if (PlainRequest.TryRead(body, out PlainRequest request))
        {
            message = new RpcMessage(RpcMessageKind.Request, request.Id, request.Method, request.Parameters);
            error = null;
            return true;
        }

        message = default;
        if (!Utf8.IsValid(body))
        {
            error = new WireError(ErrorKind.ParseError, "The message is not valid UTF-8.");
            return false;
        }

        var members = default(Members);
        try
        {
            string? problem = members.Read(body);
            error = problem is null ? null : new WireError(ErrorKind.InvalidRequest, problem);
            message = members.ToMessage();
        }
        catch (JsonException e)
        {
            error = new WireError(ErrorKind.ParseError, $"The message is not JSON that can be read here (byte {e.BytePositionInLine ?? 0} of line {(e.LineNumber ?? 0) + 1}).");
        }
        catch (InvalidOperationException)
        {
            // The reader's answer to an escape sequence that is half of a surrogate pair.
            error = new WireError(ErrorKind.ParseError, "The message holds an escape sequence that is no character.");
        }

        return error is null;
    }

    /// <summary>The members as they are collected on the way through the object.</summary>
    private ref struct Members
    {
        private bool _version;
        private ReadOnlySpan<byte> _id;
        private bool _hasMethod;
        private ReadOnlySpan<byte> _method;
        private ReadOnlySpan<byte> _params;
        private ReadOnlySpan<byte> _result;
        private ReadOnlySpan<byte> _error;

        /// <summary>Reads the object and says what is wrong with it, or null.</summary>
        public string? Read(ReadOnlySpan<byte> body)
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                return reader.TokenType == JsonTokenType.EndArray ? "Batches are not served; send one request a frame." : "A message is a JSON object.";
            }

            string? problem = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                problem = ReadMember(ref reader, body) ?? problem;
            }

            // Anything but white space behind the object is no JSON text; the reader throws on it.
            reader.Read();
            return problem ?? Problem();
        }

        public readonly RpcMessage ToMessage()
        {
            RpcMessageKind kind = _hasMethod ? (_id.IsEmpty ? RpcMessageKind.Notification : RpcMessageKind.Request)
                : !_error.IsEmpty ? RpcMessageKind.Error
                : !_result.IsEmpty ? RpcMessageKind.Result
                : RpcMessageKind.None;
            return new RpcMessage(kind, _id, _method, kind switch
            {
                RpcMessageKind.Error => _error,
                RpcMessageKind.Result => _result,
                _ => _params,
            });
        }

        private string? ReadMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
        {
            if (reader.ValueTextEquals("jsonrpc"u8))
            {
                reader.Read();
                _version = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("2.0"u8);
                reader.Skip();
                return null;
            }

            if (reader.ValueTextEquals("method"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String || _hasMethod)
                {
                    reader.Skip();
                    return "The member 'method' is one string.";
                }

                _hasMethod = true;
                _method = reader.ValueIsEscaped ? Unescape(ref reader) : reader.ValueSpan;
                return null;
            }

            return reader.ValueTextEquals("id"u8) ? ReadId(ref reader, body)
                : reader.ValueTextEquals("params"u8) ? ReadSlice(ref reader, body, ref _params)
                : reader.ValueTextEquals("result"u8) ? ReadSlice(ref reader, body, ref _result)
                : reader.ValueTextEquals("error"u8) ? ReadSlice(ref reader, body, ref _error)
                : SkipUnknown(ref reader);
        }

        private static ReadOnlySpan<byte> Unescape(scoped ref Utf8JsonReader reader)
        {
            byte[] text = new byte[reader.ValueSpan.Length];
            return text.AsSpan(0, reader.CopyString(text));
        }

        private string? ReadId(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
        {
            var slice = default(ReadOnlySpan<byte>);
            string? problem = _id.IsEmpty ? null : "The member 'id' is given twice.";
            ReadSlice(ref reader, body, ref slice);
            bool usable = reader.TokenType == JsonTokenType.String
                || reader.TokenType == JsonTokenType.Null
                || (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out _));
            if (usable)
            {
                _id = slice;
            }

            return usable ? problem : "The member 'id' is an integer or a string.";
        }

        private static string? ReadSlice(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, ref ReadOnlySpan<byte> slice)
        {
            bool twice = !slice.IsEmpty;
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            slice = body[start..(int)reader.BytesConsumed];
            return twice ? "A member is given twice." : null;
        }

        private static string? SkipUnknown(ref Utf8JsonReader reader)
        {
            reader.Skip();
            return null;
        }

        private readonly string? Problem() =>
            !_version ? "The member 'jsonrpc' must be \"2.0\"."
            : !_hasMethod && _result.IsEmpty && _error.IsEmpty ? "A request needs the member 'method'."
            : !_hasMethod && _id.IsEmpty ? "An answer needs the member 'id'."
            : _hasMethod && _id is [(byte)'n', ..] ? "The member 'id' is an integer or a string."
            : null;
    }
}
