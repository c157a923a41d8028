using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace EsxAgent.Tests.Agent;

/// <summary>
/// One connection to an agent, byte by byte: it sends whatever it is told and takes apart what comes back. It shares no code with the product, so that a mistake in
/// the product's codec cannot hide here.
/// </summary>
internal sealed class WireConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly List<byte> _received = [];
    private int _lastId = 1_000;

    private WireConnection(Socket socket) => _socket = socket;

    /// <summary>Notifications that came while an answer was waited for.</summary>
    public List<WireMessage> Notifications { get; } = [];

    /// <summary>Connects to a Unix socket.</summary>
    public static WireConnection Open(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new WireConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects to a Unix socket and makes the handshake.</summary>
    public static WireConnection OpenSession(string path)
    {
        WireConnection connection = Open(path);
        _ = connection.Initialize().Result;
        return connection;
    }

    /// <summary>Sends bytes as they are.</summary>
    public WireConnection Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }

        return this;
    }

    /// <summary>Sends text as it is.</summary>
    public WireConnection Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends one frame.</summary>
    public WireConnection SendFrame(string body) => Send(Frame.Of(body));

    /// <summary>Sends what fits without waiting.</summary>
    /// <returns>How many bytes went; 0 where the other side takes no more at the moment.</returns>
    public int SendWhatFits(byte[] bytes)
    {
        _socket.Blocking = false;
        int sent = _socket.Send(bytes, 0, bytes.Length, SocketFlags.None, out SocketError error);
        _socket.Blocking = true;
        return error is SocketError.Success or SocketError.WouldBlock ? sent : throw new SocketException((int)error);
    }

    /// <summary>Tells the agent that nothing more will come; receiving goes on.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Receives the next frame; fails where none comes in time or the connection ends.</summary>
    public WireMessage Receive(TimeSpan? within = null) =>
        TryReceive(within ?? Eventually.Patience) ?? throw new InvalidOperationException($"The connection ended where a frame was expected. {Leftover()}");

    /// <summary>Sends a request and waits for its answer. Notifications on the way are kept.</summary>
    public WireMessage Call(string method, string? parameters = null, TimeSpan? within = null)
    {
        string id = StartCall(method, parameters);
        return ReceiveAnswer(id, within);
    }

    /// <summary>Sends a request.</summary>
    /// <returns>JSON text of its id.</returns>
    public string StartCall(string method, string? parameters = null)
    {
        string id = (++_lastId).ToString(CultureInfo.InvariantCulture);
        SendFrame(Frame.Request(id, method, parameters));
        return id;
    }

    /// <summary>Waits for the answer to a request; no other answer may come before.</summary>
    public WireMessage ReceiveAnswer(string id, TimeSpan? within = null)
    {
        while (true)
        {
            WireMessage message = Receive(within);
            if (message.Id == id)
            {
                return message;
            }

            if (message.Method is null)
            {
                throw new InvalidOperationException($"The answer to the request {id} was expected, this came: {message}");
            }

            Notifications.Add(message);
        }
    }

    /// <summary>Makes the handshake.</summary>
    public WireMessage Initialize() => Call("initialize", """{"protocolVersions":[1],"clientInfo":{"name":"wire","version":"1"},"capabilities":{}}""");

    /// <summary>Waits until the agent ends the connection; fails where a frame comes instead.</summary>
    public void MustEnd(TimeSpan? within = null)
    {
        WireMessage? message = TryReceive(within ?? Eventually.Patience);
        if (message is not null || _received.Count > 0)
        {
            throw new InvalidOperationException($"The end of the connection was expected, this came: {message?.ToString() ?? Leftover()}");
        }
    }

    /// <summary>Whether nothing comes for a while.</summary>
    public bool IsSilentFor(TimeSpan time) => _received.Count == 0 && !_socket.Poll(time, SelectMode.SelectRead);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>Receives the next frame; null where the connection ended.</summary>
    private WireMessage? TryReceive(TimeSpan within)
    {
        long started = Stopwatch.GetTimestamp();
        byte[] space = new byte[64 << 10];
        while (true)
        {
            if (TakeFrame() is WireMessage message)
            {
                return message;
            }

            TimeSpan left = within - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || !_socket.Poll(left, SelectMode.SelectRead))
            {
                throw new TimeoutException($"Neither a frame nor the end of the connection came within {within.TotalSeconds} s. {Leftover()}");
            }

            int count = _socket.Receive(space, 0, space.Length, SocketFlags.None, out SocketError error);
            if (error == SocketError.ConnectionReset || count == 0)
            {
                // A Unix socket that is closed with unread bytes in it tells the other side of a reset.
                return null;
            }

            if (error != SocketError.Success)
            {
                throw new SocketException((int)error);
            }

            _received.AddRange(space.AsSpan(0, count));
        }
    }

    private WireMessage? TakeFrame()
    {
        ReadOnlySpan<byte> bytes = CollectionsMarshal.AsSpan(_received);
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        const string Name = "Content-Length: ";
        string header = Encoding.ASCII.GetString(bytes[..end]);
        if (!header.StartsWith(Name, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"The agent sent a header that is none: '{header}'.");
        }

        int length = int.Parse(header.AsSpan(Name.Length), NumberStyles.None, CultureInfo.InvariantCulture);
        int start = end + 4;
        if (bytes.Length - start < length)
        {
            return null;
        }

        var message = new WireMessage(bytes.Slice(start, length));
        _received.RemoveRange(0, start + length);
        return message;
    }

    private string Leftover() => $"Bytes of an unfinished frame: '{Encoding.UTF8.GetString([.. _received])}'.";
}
