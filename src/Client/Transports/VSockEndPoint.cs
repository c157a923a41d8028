using System.Net;
using System.Net.Sockets;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Client.Transports;

/// <summary>A vSocket's address for <see cref="Socket"/>.</summary>
/// <param name="family">The family of this system.</param>
/// <param name="contextId">Machine.</param>
/// <param name="port">Port; <see cref="AnyPort"/> lets the system choose.</param>
internal sealed class VSockEndPoint(ushort family, uint contextId, uint port) : EndPoint
{
    /// <summary><c>VMADDR_PORT_ANY</c>.</summary>
    public const uint AnyPort = uint.MaxValue;

    public override AddressFamily AddressFamily => (AddressFamily)family;

    public override SocketAddress Serialize()
    {
        // The family is written with the rest: the constructor takes only those that the runtime knows.
        var address = new SocketAddress(System.Net.Sockets.AddressFamily.Unspecified, VSockAddress.Size);
        VSockAddress.Write(address.Buffer.Span, family, contextId, port);
        return address;
    }

    public override EndPoint Create(SocketAddress socketAddress)
    {
        (uint peerContext, uint peerPort) = VSockAddress.Read(socketAddress.Buffer.Span);
        return new VSockEndPoint(family, peerContext, peerPort);
    }

    public override string ToString() => $"vsock:{contextId}:{port}";
}
