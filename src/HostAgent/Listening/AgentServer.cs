using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Listening;

/// <summary>Accepts connections at all endpoints on one thread, and serves each on a thread of its own until it ends or the agent does.</summary>
internal sealed unsafe class AgentServer : IDisposable
{
    private const int PauseWhenFullMs = 100;

    private readonly IReadOnlyList<Listener> _listeners;
    private readonly Func<string, Connection, Session> _makeSession;
    private readonly Admission _admission;
    private readonly MemoryShares _shares = new();
    private readonly Counters _counters;
    private readonly AgentLog _log;
    private readonly HashSet<Session> _sessions = [];
    private readonly int _wakeRead;
    private readonly int _wakeWrite;
    private readonly ManualResetEventSlim _accepted = new();
    private volatile bool _isEnding;
    private long _nextSession;

    /// <summary>Takes over open listeners.</summary>
    /// <exception cref="ListenException">The system gives no pipe.</exception>
    public AgentServer(IReadOnlyList<Listener> listeners, Func<string, Connection, Session> makeSession, Admission admission, Counters counters, AgentLog log)
    {
        _listeners = listeners;
        _makeSession = makeSession;
        _admission = admission;
        _counters = counters;
        _log = log;
        int* ends = stackalloc int[2];
        lock (DescriptorGate.Gate)
        {
            if (!DescriptorGate.TryPipe(ends, out int error))
            {
                throw new ListenException($"cannot make a pipe ({Errno.Describe(error)})");
            }
        }

        _wakeRead = ends[0];
        _wakeWrite = ends[1];
    }

    /// <summary>Begins to accept.</summary>
    /// <returns>False where no thread can be started.</returns>
    public bool TryStart() => AgentThread.TryStart(AcceptAll);

    /// <summary>Stops listening, so that who connects is refused at once and a successor can take the endpoints; what is connected stays connected.</summary>
    public void StopAccepting()
    {
        _isEnding = true;
        byte one = 1;
        _ = Libc.Write(_wakeWrite, &one, 1);
        _accepted.Wait();
        CloseListeners();
    }

    /// <summary>Ends every connection.</summary>
    public void BreakAll()
    {
        lock (_sessions)
        {
            foreach (Session session in _sessions)
            {
                session.End();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseListeners();
        Libc.Close(_wakeRead);
        Libc.Close(_wakeWrite);
        _accepted.Dispose();
    }

    private void CloseListeners()
    {
        foreach (Listener listener in _listeners)
        {
            listener.Dispose();
        }
    }

    private void AcceptAll()
    {
        var entries = new PollEntry[_listeners.Count + 1];
        for (int i = 0; i < _listeners.Count; i++)
        {
            entries[i] = new PollEntry { Descriptor = _listeners[i].Descriptor, Events = PosixConstants.PollIn };
        }

        entries[^1] = new PollEntry { Descriptor = _wakeRead, Events = PosixConstants.PollIn };
        while (!_isEnding)
        {
            fixed (PollEntry* start = entries)
            {
                if (Libc.Poll(start, (nuint)entries.Length, -1) <= 0)
                {
                    continue;
                }
            }

            for (int i = 0; i < _listeners.Count && !_isEnding; i++)
            {
                if (entries[i].Returned != 0)
                {
                    AcceptOne(_listeners[i]);
                }
            }
        }

        _accepted.Set();
    }

    private void AcceptOne(Listener listener)
    {
        int descriptor = listener.Accept(out int error);
        if (descriptor < 0)
        {
            // Anything but a connection that went away again would come back at once: descriptors or memory are short.
            if (error is not (Errno.Again or Errno.Interrupted or Errno.ConnectionAborted))
            {
                _log.Write($"cannot accept at {listener.Endpoint.ToString()}: {Errno.Describe(error)}");
                Thread.Sleep(PauseWhenFullMs);
            }

            return;
        }

        TransportPeer peer = listener.Identify(descriptor);
        long vm = peer.CartelId ?? Admission.Unnamed;
        bool isFull = _counters.OpenConnections >= SessionLimitsInForce.Connections;
        if (isFull || !_admission.TryEnterSilent(vm))
        {
            string why = isFull ? $"{SessionLimitsInForce.Connections} are open" : "it has too many that say nothing";
            _log.WriteOf(vm, $"refused a connection of cartel {vm}: {why}");
            Connection.Refuse(descriptor, _counters);
            return;
        }

        var connection = new Connection(descriptor, peer, _counters, _shares);
        _counters.ConnectionOpened();
        if (!AgentThread.TryStart(() => Serve(connection)))
        {
            _log.WriteOf(vm, "refused a connection: no thread can be started");
            _admission.LeaveSilent(vm);
            connection.SendError(default, new WireError(ErrorKind.TooBusy, "The agent has as many connections as it can serve.") { RetryAfterMs = 1_000 });
            connection.Dispose();
            _counters.ConnectionClosed();
        }
    }

    private void Serve(Connection connection)
    {
        Session session = _makeSession(Interlocked.Increment(ref _nextSession).ToString(CultureInfo.InvariantCulture), connection);
        lock (_sessions)
        {
            _sessions.Add(session);
        }

        try
        {
            session.Serve();
        }
        catch (Exception e)
        {
            // One connection's mistake must not take the others down.
            _log.Write($"internal error in session {session.Id}: {Fault.Describe(e)}");
            connection.Dispose();
        }
        finally
        {
            lock (_sessions)
            {
                _sessions.Remove(session);
            }

            _counters.ConnectionClosed();
        }
    }
}
