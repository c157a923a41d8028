using System;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;

namespace EsxAgent.Protocol.Rpc;

/// <summary>
/// Recognises a request in the form in which writers of JSON usually put it: no blanks, <c>jsonrpc</c>, <c>id</c>, <c>method</c> and perhaps <c>params</c> in
/// this order. Reading the members one by one takes as long as everything else that the agent does for a ping; what has another form is read that way.
/// </summary>
internal readonly ref struct PlainRequest
{
    /// <summary>As many digits as surely fit into 64 bits.</summary>
    private const int MaxDigits = 18;

    /// <summary>One level less than the reader allows by default: the message itself is one.</summary>
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 63 };

    private PlainRequest(ReadOnlySpan<byte> id, ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters)
    {
        Id = id;
        Method = method;
        Parameters = parameters;
    }

    /// <summary>The digits of the id.</summary>
    public ReadOnlySpan<byte> Id { get; }

    /// <summary>The method, which needs no unescaping.</summary>
    public ReadOnlySpan<byte> Method { get; }

    /// <summary>An object as JSON text; empty where <c>params</c> was left out.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <summary>Reads a body.</summary>
    /// <param name="body">A whole frame's body.</param>
    /// <param name="request">What was read.</param>
    /// <returns>False where it has another form, which does not mean that it is wrong.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out PlainRequest request)
    {
        request = default;
        ReadOnlySpan<byte> rest = body;
        if (!Take(ref rest, "{\"jsonrpc\":\"2.0\",\"id\":"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> id = TakeDigits(ref rest);
        if (id.IsEmpty || !Take(ref rest, ",\"method\":\""u8))
        {
            return false;
        }

        ReadOnlySpan<byte> method = TakeName(ref rest);
        if (!Take(ref rest, "\""u8))
        {
            return false;
        }

        ReadOnlySpan<byte> parameters = default;
        if (Take(ref rest, ",\"params\":"u8))
        {
            // What is left is taken to be the value and the end of the message, which is looked at below.
            parameters = rest.IsEmpty ? rest : rest[..^1];
            rest = rest[parameters.Length..];
            if (parameters is not [(byte)'{', (byte)'}'] && !IsObject(parameters))
            {
                return false;
            }
        }

        request = new PlainRequest(id, method, parameters);
        return rest is [(byte)'}'];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Take(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> expected)
    {
        if (!rest.StartsWith(expected))
        {
            return false;
        }

        rest = rest[expected.Length..];
        return true;
    }

    /// <summary>A number without sign, fraction or leading zero; empty where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<byte> TakeDigits(scoped ref ReadOnlySpan<byte> rest)
    {
        int length = 0;
        while (length < rest.Length && rest[length] is >= (byte)'0' and <= (byte)'9')
        {
            length++;
        }

        ReadOnlySpan<byte> digits = rest[..length];
        rest = rest[length..];
        return length > MaxDigits || digits is [(byte)'0', _, ..] ? default : digits;
    }

    /// <summary>Letters of ASCII that stand for themselves in a string of JSON.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<byte> TakeName(scoped ref ReadOnlySpan<byte> rest)
    {
        int length = 0;
        while (length < rest.Length && rest[length] is >= (byte)' ' and <= (byte)'~' and not (byte)'"' and not (byte)'\\')
        {
            length++;
        }

        ReadOnlySpan<byte> name = rest[..length];
        rest = rest[length..];
        return name;
    }

    private static bool IsObject(ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'{', ..] || !Utf8.IsValid(text))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(text, s_options);
            reader.Read();
            reader.Skip();
            return reader.BytesConsumed == text.Length;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
