using System;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Client.Transports;

/// <summary>Connects Unix sockets and vSockets on Linux. No thread waits meanwhile, so a cancellation is heard at once.</summary>
internal static class LinuxConnector
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Connects a Unix socket.</summary>
    /// <exception cref="TransportException">The connection failed.</exception>
    public static async Task<Transport> ConnectUnixAsync(string path, CancellationToken cancellationToken)
    {
        // sun_path ends with a zero; Endpoint has checked the length.
        var address = new byte[sizeof(ushort) + Encoding.UTF8.GetByteCount(path) + 1];
        BitConverter.TryWriteBytes(address, (ushort)Libc.AF_UNIX);
        Encoding.UTF8.GetBytes(path, address.AsSpan(sizeof(ushort)));
        DescriptorHandle socket = Open(Libc.AF_UNIX);
        return await ConnectAsync(socket, address, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects a vSocket from one local port.</summary>
    /// <param name="contextId">Machine to connect to.</param>
    /// <param name="port">Its port.</param>
    /// <param name="localPort">A privileged port to come from; null lets the kernel choose an ordinary one.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    /// <exception cref="TransportException">The connection failed.</exception>
    public static async Task<Transport> ConnectVSockAsync(uint contextId, uint port, uint? localPort, CancellationToken cancellationToken)
    {
        ushort family = LinuxVSockFamily.Get();
        DescriptorHandle socket = Open(family);
        if (localPort is uint local && Bind(socket, family, local) is int number and not 0)
        {
            socket.Dispose();
            throw number is Errno.EACCES or Errno.EPERM ? new TransportException(TransportError.PortDenied, Errno.Text(number)) : Errno.ToException(number);
        }

        var address = new byte[VSockAddress.Size];
        VSockAddress.Write(address, family, contextId, port);
        return await ConnectAsync(socket, address, localPort, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects and hands the socket over to a transport; closes it where that fails.</summary>
    private static async Task<Transport> ConnectAsync(DescriptorHandle socket, byte[] address, uint? localPort, CancellationToken cancellationToken)
    {
        bool connected = false;
        try
        {
            TimeSpan pause = ShortestPause;
            int number = Start(socket, address);
            while (number is Errno.EINPROGRESS or Errno.EINTR or Errno.EAGAIN)
            {
                // EAGAIN comes from a Unix socket whose queue of waiting connections is full: nothing was begun, so connect is called again.
                bool begun = number != Errno.EAGAIN;
                if (!begun || !IsDecided(socket))
                {
                    await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }

                number = !begun ? Start(socket, address) : IsDecided(socket) ? Result(socket) : Errno.EINPROGRESS;
            }

            if (number != 0)
            {
                throw Errno.ToException(number);
            }

            MakeBlocking(socket);
            connected = true;
            return new LinuxTransport(socket) { PrivilegedPort = localPort };
        }
        finally
        {
            if (!connected)
            {
                socket.Dispose();
            }
        }
    }

    private static DescriptorHandle Open(int family)
    {
        DescriptorHandle socket = Libc.Socket(family, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0);
        if (!socket.IsInvalid)
        {
            return socket;
        }

        int number = Marshal.GetLastPInvokeError();
        socket.Dispose();
        throw Errno.ToException(number);
    }

    private static unsafe int Bind(DescriptorHandle socket, ushort family, uint port)
    {
        byte* address = stackalloc byte[VSockAddress.Size];
        VSockAddress.Write(new Span<byte>(address, VSockAddress.Size), family, VSockAddress.AnyContextId, port);
        return Libc.Bind(socket, address, VSockAddress.Size) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    private static unsafe int Start(DescriptorHandle socket, byte[] address)
    {
        fixed (byte* start = address)
        {
            return Libc.Connect(socket, start, (uint)address.Length) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>True when a connect that was begun has come to its end, either way.</summary>
    private static unsafe bool IsDecided(DescriptorHandle socket)
    {
        var entry = new Libc.PollEntry { Descriptor = (int)socket.DangerousGetHandle(), Events = Libc.POLLOUT };
        return Libc.Poll(&entry, 1, 0) > 0;
    }

    private static unsafe int Result(DescriptorHandle socket)
    {
        int number = 0;
        uint length = sizeof(int);
        return Libc.GetSocketOption(socket, Libc.SOL_SOCKET, Libc.SO_ERROR, &number, &length) == 0 ? number : Marshal.GetLastPInvokeError();
    }

    private static void MakeBlocking(DescriptorHandle socket)
    {
        int flags = Libc.Control(socket, Libc.F_GETFL, 0);
        if (flags < 0 || Libc.Control(socket, Libc.F_SETFL, flags & ~Libc.O_NONBLOCK) < 0)
        {
            throw Errno.ToException(Marshal.GetLastPInvokeError());
        }
    }
}
