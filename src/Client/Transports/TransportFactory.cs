using System;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Client.Transports;

/// <summary>Chooses the transport by the endpoint and the system at hand.</summary>
internal static class TransportFactory
{
    /// <summary>Connects.</summary>
    /// <exception cref="TransportException">The connection failed.</exception>
    public static Task<Transport> ConnectAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint.Kind == EndpointKind.Unix)
        {
            return OperatingSystem.IsLinux()
                ? LinuxConnector.ConnectUnixAsync(endpoint.Path!, cancellationToken)
                : SocketConnector.ConnectUnixAsync(endpoint.Path!, cancellationToken);
        }

        if (endpoint.ContextId == VSockAddress.AnyContextId)
        {
            throw new TransportException(TransportError.UnknownContext, "'any' is for listening");
        }

        RequireVSockets();
        return VSockDialer.DialAsync(
            (localPort, cancellation) => OperatingSystem.IsLinux()
                ? LinuxConnector.ConnectVSockAsync(endpoint.ContextId, endpoint.Port, localPort, cancellation)
                : SocketConnector.ConnectVSockAsync(endpoint.ContextId, endpoint.Port, localPort, cancellation),
            PrivilegedPorts.Shared,
            cancellationToken);
    }

    /// <summary>Makes sure that this system has vSockets, without connecting.</summary>
    /// <exception cref="TransportException"><see cref="TransportError.FamilyUnsupported"/> or <see cref="TransportError.FamilyDenied"/>.</exception>
    public static void RequireVSockets()
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxVSockFamily.Get();
        }
        else if (OperatingSystem.IsWindows())
        {
            SocketConnector.RequireVSockets();
        }
        else
        {
            throw new TransportException(TransportError.FamilyUnsupported, "vSockets exist in Linux and Windows guests");
        }
    }
}
