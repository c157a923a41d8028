<#
    A relay between a session and the agent: a socket of its own whose connections it can cut, and be gone for a while, with the agent going on behind it.

        $relay = [Relay]::new("$($world.Root)/relay.sock", $world.Socket)
        $relay.Cut(); $relay.Open()
#>
Set-StrictMode -Version Latest

if ('Relay' -as [type]) {
    return
}

Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Threading;

public sealed class Relay : IDisposable
{
    private readonly string _path;
    private readonly string _target;
    private readonly List<Socket> _sockets = new List<Socket>();
    private Socket _listener;

    public Relay(string path, string target) { _path = path; _target = target; Open(); }

    public string Endpoint { get { return "unix:" + _path; } }

    public void Open()
    {
        Socket listener = New();
        listener.Bind(new UnixDomainSocketEndPoint(_path));
        listener.Listen(16);
        _listener = listener;
        Begin(() => Accept(listener));
    }

    public void OpenAfter(int milliseconds) { Begin(() => { Thread.Sleep(milliseconds); Open(); }); }

    public void Cut()
    {
        if (_listener != null) { _listener.Dispose(); }
        File.Delete(_path);
        lock (_sockets)
        {
            foreach (Socket socket in _sockets) { socket.Dispose(); }
            _sockets.Clear();
        }
    }

    public void Dispose() { Cut(); }

    private static Socket New() { return new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified); }

    private static void Begin(Action work)
    {
        new Thread(() => { try { work(); } catch (SocketException) { } catch (ObjectDisposedException) { } }) { IsBackground = true }.Start();
    }

    private void Accept(Socket listener)
    {
        while (true)
        {
            Socket guest = listener.Accept();
            Socket agent = New();
            agent.Connect(new UnixDomainSocketEndPoint(_target));
            lock (_sockets) { _sockets.Add(guest); _sockets.Add(agent); }
            Begin(() => Pump(guest, agent));
            Begin(() => Pump(agent, guest));
        }
    }

    private static void Pump(Socket from, Socket to)
    {
        var bytes = new byte[65536];
        int count;
        while ((count = from.Receive(bytes)) > 0) { to.Send(bytes, count, SocketFlags.None); }
        to.Shutdown(SocketShutdown.Send);
    }
}
'@
