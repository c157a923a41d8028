using System;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EsxAgent.HostileGuest;

/// <summary>A connection to an agent over its Unix socket that keeps no rule, and does not mind whatever the agent does to it.</summary>
internal sealed class HostileConnection : IDisposable
{
    private const int SendMs = 500;

    private const string Handshake =
        """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersions":[1],"clientInfo":{"name":"hostile","version":"1"},"capabilities":{}}}""";

    private readonly Socket _socket;
    private readonly byte[] _space = new byte[16 << 10];

    private HostileConnection(Socket socket) => _socket = socket;

    /// <summary>True once the agent has ended it, or something that was sent was not taken.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Connects; null where the agent takes no more.</summary>
    public static HostileConnection? TryOpen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendTimeout = SendMs };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new HostileConnection(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>A frame around a body.</summary>
    public static byte[] Frame(string body) => Frame(Encoding.UTF8.GetBytes(body));

    /// <summary>A frame around a body.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> body) => [.. Header(body.Length.ToString(CultureInfo.InvariantCulture)), .. body];

    /// <summary>A header that announces a body.</summary>
    public static byte[] Header(string length) => Encoding.ASCII.GetBytes($"Content-Length: {length}\r\n\r\n");

    /// <summary>A frame around a request.</summary>
    public static byte[] Request(string id, string method, string parameters = "{}") =>
        Frame($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""");

    /// <summary>Sends bytes; gives up where the agent does not take them.</summary>
    public HostileConnection Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !IsOver)
        {
            int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
            IsOver = error != SocketError.Success;
            bytes = bytes[Math.Max(sent, 0)..];
        }

        return this;
    }

    /// <summary>Sends several frames, one after the other.</summary>
    public HostileConnection SendAll(params ReadOnlySpan<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            Send(frame);
        }

        return this;
    }

    /// <summary>Makes the handshake.</summary>
    /// <returns>False where the agent refuses it.</returns>
    public bool TryInitialize()
    {
        const int PatienceMs = 5_000;
        Send(Frame(Handshake));
        return Encoding.UTF8.GetString(Receive(PatienceMs)).Contains("\"sessionId\"", StringComparison.Ordinal);
    }

    /// <summary>Receives what comes first; nothing where nothing comes in time, or the connection ends.</summary>
    public ReadOnlySpan<byte> Receive(int withinMs)
    {
        if (IsOver || !_socket.Poll(withinMs * 1_000, SelectMode.SelectRead))
        {
            return default;
        }

        int count = _socket.Receive(_space, 0, _space.Length, SocketFlags.None, out SocketError error);
        IsOver = error != SocketError.Success || count == 0;
        return _space.AsSpan(0, Math.Max(count, 0));
    }

    /// <summary>Receives for a while, or until the agent ends the connection, and forgets what comes.</summary>
    public void Drain(int forMs)
    {
        long end = Environment.TickCount64 + forMs;
        while (!IsOver && Environment.TickCount64 < end)
        {
            Receive((int)Math.Max(1, end - Environment.TickCount64));
        }
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public void EndSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            IsOver = true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
