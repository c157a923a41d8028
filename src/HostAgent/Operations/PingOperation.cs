using System.Text.Json;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>$/ping</c>: keeps a connection open and measures the round trip.</summary>
internal static class PingOperation
{
    private static readonly Pong s_pong = new();

    /// <summary>The row of the method table.</summary>
    public static Method Method { get; } = new() { Name = Methods.Ping, IsOpen = true, AtOnce = Answer };

    private static Pong Answer(RequestContext request) => s_pong;

    private sealed class Pong : IWireObject
    {
        public void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        }
    }
}
