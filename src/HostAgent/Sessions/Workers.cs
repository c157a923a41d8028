using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// Runs what may take long, so that a connection's own thread goes on reading: a cancellation must be heard while a tool runs. Threads are started
/// when they are needed and end when they have been idle.
/// </summary>
internal sealed class Workers(int limit)
{
    private const int IdleMs = 5_000;

    private readonly object _lock = new();
    private readonly LinkedList<Action> _waiting = new();
    private int _threads;
    private int _idle;

    /// <summary>Hands a piece of work over; it must not throw.</summary>
    /// <returns>False where no thread runs and none can be started.</returns>
    public bool TryRun(Action work)
    {
        lock (_lock)
        {
            if (_idle <= _waiting.Count && _threads < limit)
            {
                if (AgentThread.TryStart(Serve))
                {
                    _threads++;
                }
                else if (_threads == 0)
                {
                    return false;
                }
            }

            _waiting.AddLast(work);
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>Runs a piece that waits for its turn at once, on a thread above the limit: it was cancelled, and has nothing to do but to say so.</summary>
    public void Hurry(Action work)
    {
        lock (_lock)
        {
            LinkedListNode<Action>? node = _waiting.Find(work);
            if (node is not null && AgentThread.TryStart(work))
            {
                _waiting.Remove(node);
            }
        }
    }

    private void Serve()
    {
        while (true)
        {
            Action work;
            lock (_lock)
            {
                while (_waiting.Count == 0)
                {
                    _idle++;
                    bool isPulsed = Monitor.Wait(_lock, IdleMs);
                    _idle--;
                    if (!isPulsed && _waiting.Count == 0)
                    {
                        _threads--;
                        return;
                    }
                }

                work = _waiting.First!.Value;
                _waiting.RemoveFirst();
            }

            work();
        }
    }
}
