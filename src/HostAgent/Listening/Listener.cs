using System;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.HostAgent.Listening;

/// <summary>A socket that listens at one endpoint. How it is made and who its peers are is what a kind of endpoint adds.</summary>
internal abstract unsafe class Listener : IDisposable
{
    protected const int Backlog = 128;

    private bool _isClosed;

    /// <summary>Takes over a socket that listens and does not block.</summary>
    protected Listener(Endpoint endpoint, int descriptor)
    {
        Endpoint = endpoint;
        Descriptor = descriptor;
    }

    /// <summary>Where it listens.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>The listening socket.</summary>
    public int Descriptor { get; }

    /// <summary>Opens the listener of an endpoint.</summary>
    /// <exception cref="ListenException">It cannot be opened; the message says why in one sentence.</exception>
    public static Listener Open(Endpoint endpoint) =>
        endpoint.Kind == EndpointKind.Unix ? UnixListener.Open(endpoint) : VSockListener.Open(endpoint);

    /// <summary>Accepts a connection, if one waits.</summary>
    /// <param name="error">Errno, where there is none.</param>
    /// <returns>The connected descriptor, or -1.</returns>
    public int Accept(out int error)
    {
        lock (DescriptorGate.Gate)
        {
            int descriptor = Libc.Accept(Descriptor, null, null);
            error = descriptor < 0 ? Errno.Last : 0;

            // Whether a connection inherits the listener's non-blocking mode differs between systems.
            if (descriptor >= 0 && (!DescriptorGate.TryCloseOnExec(descriptor) || Libc.Fcntl(descriptor, PosixConstants.SetStatusFlags, 0) < 0))
            {
                error = Errno.Last;
                Libc.Close(descriptor);
                return -1;
            }

            return descriptor;
        }
    }

    /// <summary>What the transport knows of the other end of an accepted connection.</summary>
    public abstract TransportPeer Identify(int descriptor);

    /// <summary>Stops listening; nothing of the endpoint stays behind.</summary>
    public void Dispose()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            Close();
        }
    }

    /// <summary>Closes the socket; called once.</summary>
    protected virtual void Close() => Libc.Close(Descriptor);

    /// <summary>Says why an endpoint cannot be listened at.</summary>
    protected static ListenException CannotListen(Endpoint endpoint, string why) => new($"cannot listen on '{endpoint.ToString()}': {why}");

    /// <summary>Makes a stream socket that does not block and that no child inherits.</summary>
    /// <returns>-1 where the system refuses; errno says why.</returns>
    protected static int MakeSocket(int family)
    {
        lock (DescriptorGate.Gate)
        {
            int descriptor = Libc.Socket(family, PosixConstants.SocketStream, 0);
            if (descriptor < 0)
            {
                return -1;
            }

            if (DescriptorGate.TryCloseOnExec(descriptor) && Libc.Fcntl(descriptor, PosixConstants.SetStatusFlags, PosixConstants.OpenNonBlocking) >= 0)
            {
                return descriptor;
            }

            Libc.Close(descriptor);
            return -1;
        }
    }
}

/// <summary>An endpoint that cannot be listened at.</summary>
internal sealed class ListenException(string message) : Exception(message);
