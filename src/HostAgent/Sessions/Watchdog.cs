using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>Calls back when a time has come. One thread for all deadlines of the agent; it sleeps until the next one.</summary>
internal sealed class Watchdog
{
    private readonly object _lock = new();

    /// <summary>A binary heap: the entry at i is due before those at 2i + 1 and 2i + 2.</summary>
    private readonly List<Entry> _entries = [];
    private bool _runs;

    /// <summary>A deadline that can be called off.</summary>
    public sealed class Entry
    {
        private readonly Watchdog _watchdog;
        private readonly Action _action;

        internal Entry(Watchdog watchdog, Action action, long due)
        {
            _watchdog = watchdog;
            _action = action;
            Due = due;
        }

        internal long Due { get; }

        /// <summary>Where it stands in the heap; -1 when it is no longer there.</summary>
        internal int Index { get; set; } = -1;

        /// <summary>
        /// Calls the deadline off. Nothing of it is kept: a request may name a deadline weeks ahead, and a thousand of them may end in a second.
        /// </summary>
        public void Cancel() => _watchdog.Remove(this);

        internal void Fire() => _action();
    }

    /// <summary>Deadlines that are neither due nor called off.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Registers a deadline.</summary>
    /// <param name="milliseconds">From now.</param>
    /// <param name="action">Called on the watchdog's thread: it must be short and must not wait.</param>
    public Entry After(long milliseconds, Action action)
    {
        var entry = new Entry(this, action, Environment.TickCount64 + milliseconds);
        lock (_lock)
        {
            _entries.Add(entry);
            Rise(entry, _entries.Count - 1);
            if (!_runs)
            {
                _runs = AgentThread.TryStart(Run);
            }
            else if (entry.Index == 0)
            {
                Monitor.Pulse(_lock);
            }
        }

        return entry;
    }

    private void Remove(Entry entry)
    {
        lock (_lock)
        {
            if (entry.Index >= 0)
            {
                Take(entry);
            }
        }
    }

    private void Run()
    {
        while (true)
        {
            Entry? due = null;
            lock (_lock)
            {
                if (_entries.Count == 0)
                {
                    Monitor.Wait(_lock);
                    continue;
                }

                long left = _entries[0].Due - Environment.TickCount64;
                if (left > 0)
                {
                    Monitor.Wait(_lock, (int)Math.Min(left, int.MaxValue));
                }
                else
                {
                    due = _entries[0];
                    Take(due);
                }
            }

            due?.Fire();
        }
    }

    /// <summary>Takes an entry out of the heap; the last one fills its place.</summary>
    private void Take(Entry entry)
    {
        int index = entry.Index;
        entry.Index = -1;
        Entry last = _entries[^1];
        _entries.RemoveAt(_entries.Count - 1);
        if (last != entry)
        {
            Rise(last, index);
            Sink(last, last.Index);
        }
    }

    private void Rise(Entry entry, int index)
    {
        while (index > 0 && _entries[(index - 1) / 2].Due > entry.Due)
        {
            Put(_entries[(index - 1) / 2], index);
            index = (index - 1) / 2;
        }

        Put(entry, index);
    }

    private void Sink(Entry entry, int index)
    {
        while (true)
        {
            int next = (2 * index) + 1;
            if (next + 1 < _entries.Count && _entries[next + 1].Due < _entries[next].Due)
            {
                next++;
            }

            if (next >= _entries.Count || _entries[next].Due >= entry.Due)
            {
                Put(entry, index);
                return;
            }

            Put(_entries[next], index);
            index = next;
        }
    }

    private void Put(Entry entry, int index)
    {
        _entries[index] = entry;
        entry.Index = index;
    }
}
