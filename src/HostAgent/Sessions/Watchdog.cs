using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>Calls back when a time has come. One thread for all deadlines of the agent; it sleeps until the next one.</summary>
internal sealed class Watchdog
{
    private readonly object _lock = new();
    private readonly PriorityQueue<Entry, long> _entries = new();
    private bool _runs;

    /// <summary>A deadline that can be called off.</summary>
    public sealed class Entry
    {
        private Action? _action;

        internal Entry(Action action) => _action = action;

        /// <summary>Calls the deadline off. What the action holds on to is let go at once; the entry itself stays queued until its time.</summary>
        public void Cancel() => Interlocked.Exchange(ref _action, null);

        internal void Fire() => Interlocked.Exchange(ref _action, null)?.Invoke();
    }

    /// <summary>Registers a deadline.</summary>
    /// <param name="milliseconds">From now.</param>
    /// <param name="action">Called on the watchdog's thread: it must be short and must not wait.</param>
    public Entry After(long milliseconds, Action action)
    {
        var entry = new Entry(action);
        long due = Environment.TickCount64 + milliseconds;
        lock (_lock)
        {
            bool isNext = !_entries.TryPeek(out _, out long next) || due < next;
            _entries.Enqueue(entry, due);
            if (!_runs)
            {
                _runs = AgentThread.TryStart(Run);
            }
            else if (isNext)
            {
                Monitor.Pulse(_lock);
            }
        }

        return entry;
    }

    private void Run()
    {
        while (true)
        {
            Entry? due = null;
            lock (_lock)
            {
                if (!_entries.TryPeek(out _, out long time))
                {
                    Monitor.Wait(_lock);
                    continue;
                }

                long left = time - Environment.TickCount64;
                if (left > 0)
                {
                    Monitor.Wait(_lock, (int)Math.Min(left, int.MaxValue));
                }
                else
                {
                    due = _entries.Dequeue();
                }
            }

            due?.Fire();
        }
    }
}
