using System;
using System.Text.Json;
using System.Threading;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.Client.Connections;

/// <summary>
/// Sends a ping over a connection on which nothing was sent for a third of the agent's idle limit. A ping without an answer ends the connection: after
/// a suspend or a move of the VM the stream may stay silent for ever without being closed.
/// </summary>
internal sealed class KeepAlive : IDisposable
{
    private readonly Connection _connection;
    private readonly RequestIds _ids;
    private readonly long _period;
    private readonly TimeSpan _patience;
    private readonly Timer _timer;
    private volatile Ping? _waiting;

    private KeepAlive(Connection connection, RequestIds ids, int idleMilliseconds, TimeSpan patience)
    {
        _connection = connection;
        _ids = ids;
        _period = Math.Max(1, idleMilliseconds / 3);
        _patience = patience;
        _timer = new Timer(static state => ((KeepAlive)state!).OnTick(), this, _period, _period);
    }

    /// <summary>Keeps a connection open until it ends.</summary>
    /// <param name="connection">Which.</param>
    /// <param name="ids">Where the pings' ids come from.</param>
    /// <param name="idleMilliseconds">After this time without a request the agent closes; 0 or less: never.</param>
    /// <param name="patience">How long an answer may take.</param>
    public static void Attach(Connection connection, RequestIds ids, int idleMilliseconds, TimeSpan patience)
    {
        if (idleMilliseconds > 0)
        {
            var keepAlive = new KeepAlive(connection, ids, idleMilliseconds, patience);
            connection.WhenEnded((_, _) => keepAlive.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void OnTick()
    {
        if (_waiting is Ping waiting)
        {
            if (_patience != Timeout.InfiniteTimeSpan && waiting.Age > _patience)
            {
                _connection.End(ConnectionFailures.Lost(_connection.Endpoint, "the agent no longer answers", null));
            }
        }
        else if (_connection.IdleMilliseconds >= _period)
        {
            var ping = new Ping(this, _ids.Next());
            _waiting = ping;
            _connection.TryStart(ping, Methods.Ping);
        }
    }

    private sealed class Ping(KeepAlive owner, long id) : PendingRequest(id)
    {
        private readonly long _sent = Environment.TickCount64;

        public TimeSpan Age => TimeSpan.FromMilliseconds(Environment.TickCount64 - _sent);

        public override void Write(RpcWriter writer)
        {
            Utf8JsonWriter parameters = writer.BeginRequest(Id, Methods.Ping);
            parameters.WriteStartObject();
            parameters.WriteEndObject();
        }

        public override void OnResult(ReadOnlySpan<byte> result) => owner._waiting = null;

        /// <summary>An error is an answer too.</summary>
        public override void OnError(WireError error) => owner._waiting = null;

        public override void OnConnectionEnded(ConnectionException reason) => owner._waiting = null;
    }
}
