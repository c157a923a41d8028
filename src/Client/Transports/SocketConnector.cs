using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Client.Transports;

/// <summary>Connects by <see cref="Socket"/>, where the system is not Linux.</summary>
internal static class SocketConnector
{
    /// <summary>Connects a Unix socket.</summary>
    /// <exception cref="TransportException">The connection failed.</exception>
    public static Task<Transport> ConnectUnixAsync(string path, CancellationToken cancellationToken)
    {
        // Windows says "refused" for a path that does not exist.
        if (!File.Exists(path))
        {
            throw new TransportException(TransportError.Missing, "no such file");
        }

        Socket socket = Open(AddressFamily.Unix, ProtocolType.Unspecified);
        return ConnectAsync(socket, new UnixDomainSocketEndPoint(path), null, cancellationToken);
    }

    /// <summary>Connects a vSocket from one local port.</summary>
    /// <param name="contextId">Machine to connect to.</param>
    /// <param name="port">Its port.</param>
    /// <param name="localPort">A privileged port to come from; null lets the system choose an ordinary one.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    /// <exception cref="TransportException">The connection failed.</exception>
    public static Task<Transport> ConnectVSockAsync(uint contextId, uint port, uint? localPort, CancellationToken cancellationToken)
    {
        ushort family = WindowsVSockFamily.Get();
        Socket socket = Open((AddressFamily)family, ProtocolType.Unspecified);
        try
        {
            if (localPort is uint local)
            {
                socket.Bind(new VSockEndPoint(family, VSockAddress.AnyContextId, local));
            }
        }
        catch (SocketException e)
        {
            socket.Dispose();
            TransportException failure = SocketTransport.ToException(e);
            throw failure.Error == TransportError.Denied ? new TransportException(TransportError.PortDenied, failure.Message, e) : failure;
        }

        return ConnectAsync(socket, new VSockEndPoint(family, contextId, port), localPort, cancellationToken);
    }

    /// <summary>Makes sure that this system has vSockets, without connecting.</summary>
    /// <exception cref="TransportException"><see cref="TransportError.FamilyUnsupported"/>.</exception>
    public static void RequireVSockets() => Open((AddressFamily)WindowsVSockFamily.Get(), ProtocolType.Unspecified).Dispose();

    /// <summary>
    /// Connects by a blocking call on a thread of the pool: the asynchronous one needs an extension function that a vSocket provider may not have.
    /// A cancellation closes the socket under it.
    /// </summary>
    private static async Task<Transport> ConnectAsync(Socket socket, EndPoint endPoint, uint? localPort, CancellationToken cancellationToken)
    {
        SocketException? failure = null;
        bool connected = false;
        using (cancellationToken.UnsafeRegister(static state => ((Socket)state!).Dispose(), socket))
        {
            // Failures are carried out as values: a faulted task that a cancellation has overtaken would go unobserved.
            Task connecting = Task.Run(
                () =>
                {
                    try
                    {
                        socket.Connect(endPoint);
                        connected = true;
                    }
                    catch (SocketException e)
                    {
                        failure = e;
                    }
                    catch (ObjectDisposedException)
                    {
                        // Closed by the cancellation.
                    }
                },
                CancellationToken.None);
            try
            {
                await connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                throw;
            }
        }

        if (connected && !cancellationToken.IsCancellationRequested)
        {
            return new SocketTransport(socket) { PrivilegedPort = localPort };
        }

        socket.Dispose();
        cancellationToken.ThrowIfCancellationRequested();
        throw failure is null ? new TransportException(TransportError.Other, "The socket was closed.") : SocketTransport.ToException(failure);
    }

    private static Socket Open(AddressFamily family, ProtocolType protocol)
    {
        try
        {
            return new Socket(family, SocketType.Stream, protocol);
        }
        catch (SocketException e)
        {
            throw SocketTransport.ToException(e);
        }
    }
}
