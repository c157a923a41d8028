using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent.Sessions;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>
/// Who in this agent works on which volume: one at a time, or several that only read it. Spares those that wait for a claim the way to the datastore.
/// </summary>
internal sealed class NameGates
{
    private const int LookMs = 100;
    private const int Exclusive = -1;

    /// <summary>Readers of a name, or <see cref="Exclusive"/>.</summary>
    private readonly Dictionary<string, int> _holders = [];
    private readonly object _lock = new();

    private sealed class Holding(NameGates gates, string name, string? read) : IDisposable
    {
        public void Dispose() => gates.Leave(name, read);
    }

    /// <summary>Waits for a name.</summary>
    /// <param name="name">The name to change.</param>
    /// <param name="read">A name that is only read; null for none.</param>
    /// <param name="waitMs">How long.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>Gives the names free again; null where they were not to be had in time.</returns>
    /// <exception cref="OperationException">Cancelled.</exception>
    public IDisposable? TryEnter(string name, string? read, int waitMs, CancelSignal cancel)
    {
        read = read == name ? null : read;
        long deadline = Environment.TickCount64 + waitMs;
        lock (_lock)
        {
            while (_holders.ContainsKey(name) || (read is not null && _holders.GetValueOrDefault(read) == Exclusive))
            {
                cancel.ThrowIfRequested();
                if (Environment.TickCount64 >= deadline)
                {
                    return null;
                }

                Monitor.Wait(_lock, LookMs);
            }

            _holders[name] = Exclusive;
            if (read is not null)
            {
                _holders[read] = _holders.GetValueOrDefault(read) + 1;
            }
        }

        return new Holding(this, name, read);
    }

    private void Leave(string name, string? read)
    {
        lock (_lock)
        {
            _holders.Remove(name);
            if (read is not null && --_holders[read] == 0)
            {
                _holders.Remove(read);
            }

            Monitor.PulseAll(_lock);
        }
    }
}
