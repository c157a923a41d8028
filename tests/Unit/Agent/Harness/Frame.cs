using System;
using System.Globalization;
using System.Text;

namespace EsxAgent.Tests.Agent;

/// <summary>Makes the bytes of frames, right ones and wrong ones. Written against the wire's description, not with the product's own codec.</summary>
internal static class Frame
{
    /// <summary>A frame around a body.</summary>
    public static byte[] Of(string body) => Of(Encoding.UTF8.GetBytes(body));

    /// <summary>A frame around a body.</summary>
    public static byte[] Of(ReadOnlySpan<byte> body) => [.. Header(body.Length), .. body];

    /// <summary>The header of a body.</summary>
    public static byte[] Header(long length) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n\r\n"));

    /// <summary>The body of a request.</summary>
    /// <param name="id">JSON text of the id.</param>
    /// <param name="method">Name of the method.</param>
    /// <param name="parameters">JSON text of the parameters; null leaves them out.</param>
    public static string Request(string id, string method, string? parameters = null) =>
        $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}"{{(parameters is null ? string.Empty : ",\"params\":" + parameters)}}}""";

    /// <summary>The body of a notification.</summary>
    public static string Notification(string method, string? parameters = null) =>
        $$"""{"jsonrpc":"2.0","method":"{{method}}"{{(parameters is null ? string.Empty : ",\"params\":" + parameters)}}}""";

    /// <summary>A ping whose body has exactly this many bytes.</summary>
    public static string PingOfBytes(int id, int bytes)
    {
        string empty = Request(id.ToString(CultureInfo.InvariantCulture), "$/ping", """{"payload":""}""");
        return empty.Insert(empty.Length - 3, new string('x', bytes - empty.Length));
    }
}
