using System;
using System.Runtime.InteropServices;

namespace EsxAgent.Client.Transports;

/// <summary>
/// A connected socket on Linux, of either family. The calls are made directly: <c>System.Net.Sockets</c> cannot make a vSocket, and turns a
/// socket non-blocking for good at its first asynchronous call.
/// </summary>
/// <param name="socket">A connected, blocking socket; this transport owns it.</param>
internal sealed unsafe class LinuxTransport(DescriptorHandle socket) : Transport
{
    public override int Receive(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.Receive(socket, start, (nuint)buffer.Length, 0);
                if (count >= 0)
                {
                    return (int)count;
                }

                int number = Marshal.GetLastPInvokeError();
                if (number != Errno.EINTR)
                {
                    throw Errno.ToException(number);
                }
            }
        }
    }

    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        int sent = 0;
        while (sent < bytes.Length && SendOnce(bytes[sent..], Libc.MSG_DONTWAIT) is int count and >= 0)
        {
            sent += count;
        }

        return sent;
    }

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            sent += Math.Max(0, SendOnce(bytes[sent..], 0));
        }
    }

    public override void Shutdown()
    {
        try
        {
            // Fails where the other side has ended the connection already, which is what is wanted.
            _ = Libc.Shutdown(socket, Libc.SHUT_RDWR);
        }
        catch (ObjectDisposedException)
        {
            // The receiving thread has closed it in the meantime.
        }
    }

    public override void Dispose() => socket.Dispose();

    /// <summary>How many bytes were taken; -1 where it would have to wait.</summary>
    private int SendOnce(ReadOnlySpan<byte> bytes, int flags)
    {
        try
        {
            fixed (byte* start = bytes)
            {
                nint count = Libc.Send(socket, start, (nuint)bytes.Length, flags | Libc.MSG_NOSIGNAL);
                int number = count >= 0 ? 0 : Marshal.GetLastPInvokeError();
                return number switch
                {
                    0 => (int)count,
                    Errno.EAGAIN => -1,
                    Errno.EINTR => 0,
                    _ => throw Errno.ToException(number),
                };
            }
        }
        catch (ObjectDisposedException e)
        {
            throw new TransportException(TransportError.Reset, "The connection was closed.", e);
        }
    }
}
