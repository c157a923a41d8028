using System;
using System.Net.Sockets;

namespace EsxAgent.Client.Transports;

/// <summary>A connected <see cref="Socket"/>, where the system is not Linux. Only blocking calls: they work with every driver.</summary>
/// <param name="socket">A connected socket; this transport owns it.</param>
internal sealed class SocketTransport(Socket socket) : Transport
{
    public override int Receive(Span<byte> buffer)
    {
        try
        {
            return socket.Receive(buffer);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw ToException(e);
        }
    }

    /// <summary>Takes nothing: there is no call that sends "now or not at all" on a blocking socket.</summary>
    public override int TrySend(ReadOnlySpan<byte> bytes) => 0;

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[socket.Send(bytes)..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw ToException(e);
        }
    }

    /// <summary>Closes the socket: on Windows a shutdown alone does not wake who waits in a receive.</summary>
    public override void Shutdown() => socket.Dispose();

    public override void Dispose() => socket.Dispose();

    /// <summary>What a failed call means.</summary>
    public static TransportException ToException(Exception exception)
    {
        SocketError error = exception is SocketException failed ? failed.SocketErrorCode : SocketError.ConnectionAborted;
        return new TransportException(Meaning(error), $"{exception.Message} ({error})", exception);
    }

    private static TransportError Meaning(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => TransportError.Refused,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown or SocketError.Disconnecting or SocketError.NotConnected
            or SocketError.OperationAborted or SocketError.Interrupted => TransportError.Reset,
        SocketError.TimedOut => TransportError.TimedOut,
        SocketError.AccessDenied => TransportError.Denied,
        SocketError.AddressAlreadyInUse => TransportError.AddressInUse,
        SocketError.NoBufferSpaceAvailable => TransportError.NoBuffers,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.AddressNotAvailable => TransportError.UnknownContext,
        SocketError.AddressFamilyNotSupported or SocketError.ProtocolFamilyNotSupported or SocketError.ProtocolNotSupported
            or SocketError.SocketNotSupported => TransportError.FamilyUnsupported,
        SocketError.ProtocolType => TransportError.WrongType,
        _ => TransportError.Other,
    };
}
