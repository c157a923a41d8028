using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>$/ping</c>: keeps a connection open and measures the round trip.</summary>
internal static class PingOperation
{
    private static readonly RenderedResult s_pong = new("{}"u8.ToArray());

    /// <summary>The row of the method table.</summary>
    public static Method Method { get; } = new() { Name = Methods.Ping, Right = Method.OpenToAll, Kind = MethodKind.Read, AtOnce = (_, _) => s_pong };
}
