using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>
/// A listener on a Unix socket that plays a given part on each connection. It can die and come back at the same place.
/// </summary>
internal sealed class FakeAgent : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("esx-");
    private readonly ConcurrentBag<Socket> _sockets = [];
    private Socket? _listener;
    private Func<FakeConnection, Task> _script;
    private int _connections;

    private FakeAgent(Func<FakeConnection, Task> script)
    {
        _script = script;
        Endpoint = Endpoint.Parse("unix:" + SocketPath);
    }

    public Endpoint Endpoint { get; }

    public string SocketPath => Path.Combine(_folder.FullName, "a.sock");

    /// <summary>Connections accepted so far, over all lives.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Every message that was read, over all connections.</summary>
    public ConcurrentQueue<FakeRequest> Received { get; } = new();

    /// <summary>An agent that plays a script on each connection and then closes it.</summary>
    public static FakeAgent Start(Func<FakeConnection, Task> script, int backlog = 16)
    {
        var agent = new FakeAgent(script);
        agent.Listen(backlog);
        return agent;
    }

    /// <summary>An agent that shakes hands and answers every request by a handler.</summary>
    public static FakeAgent Answering(Func<FakeConnection, FakeRequest, Task> handler, string? hostUuid = FakeAnswers.HostUuid, int idleMs = 900_000) =>
        Start(connection => ServeAsync(connection, handler, hostUuid, idleMs));

    /// <summary>An agent as it should be: pings, host facts, an orderly end.</summary>
    public static FakeAgent Normal() => Answering(AnswerNormallyAsync);

    /// <summary>A place where no agent is yet.</summary>
    public static FakeAgent Absent() => new(static _ => Task.CompletedTask);

    /// <summary>Shakes hands, then hands every request to a handler until the guest goes.</summary>
    public static async Task ServeAsync(
        FakeConnection connection, Func<FakeConnection, FakeRequest, Task> handler, string? hostUuid = FakeAnswers.HostUuid, int idleMs = 900_000)
    {
        await connection.ShakeHandsAsync(hostUuid, idleMs).ConfigureAwait(false);
        while (await connection.ReadAsync().ConfigureAwait(false) is FakeRequest request)
        {
            await handler(connection, request).ConfigureAwait(false);
        }
    }

    public static Task AnswerNormallyAsync(FakeConnection connection, FakeRequest request) => request switch
    {
        { Id: null } => Task.CompletedTask,
        { Method: Methods.HostInfo } => connection.AnswerAsync(request, FakeAnswers.HostInfo),
        { Method: Methods.Ping or Methods.Shutdown } => connection.AnswerAsync(request, "{}"),
        _ => connection.SendAsync(FakeAnswers.Error(request.Id, -32601, "MethodNotFound", "No such method.")),
    };

    /// <summary>Begins to listen; the part may be another than before.</summary>
    public void Restart(Func<FakeConnection, Task>? script = null)
    {
        _script = script ?? _script;
        Listen(16);
    }

    /// <summary>Dies: every connection ends, and the socket's path goes.</summary>
    public void Kill()
    {
        _listener?.Dispose();
        File.Delete(SocketPath);
        CloseConnections();
    }

    /// <summary>Ends every connection and goes on listening.</summary>
    public void CloseConnections()
    {
        while (_sockets.TryTake(out Socket? socket))
        {
            socket.Dispose();
        }
    }

    public Task<AgentSession> ConnectAsync(SessionOptions? options = null) =>
        AgentSession.ConnectAsync(Endpoint, options, TestContext.Current.CancellationToken);

    /// <summary>Waits until a message of a method was received.</summary>
    public async Task<FakeRequest> WaitForAsync(string method, int count = 1)
    {
        for (int i = 0; i < 1_000; i++)
        {
            List<FakeRequest> found = [.. Received.Where(r => r.Method == method)];
            if (found.Count >= count)
            {
                return found[count - 1];
            }

            await Task.Delay(5, TestContext.Current.CancellationToken).ConfigureAwait(false);
        }

        throw new TimeoutException($"The agent did not receive '{method}' {count} times in 5 s; it received: {string.Join(", ", Received.Select(static r => r.Method))}.");
    }

    public void Dispose()
    {
        Kill();
        _folder.Delete(recursive: true);
    }

    private void Listen(int backlog)
    {
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen(backlog);
        _ = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync().ConfigureAwait(false);
                _sockets.Add(socket);
                _ = PlayAsync(socket, Interlocked.Increment(ref _connections));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Killed.
        }
    }

    private async Task PlayAsync(Socket socket, int number)
    {
        try
        {
            await _script(new FakeConnection(this, socket, number)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The guest went in the middle of the script.
        }
        finally
        {
            socket.Dispose();
        }
    }
}
