using System;
using EsxAgent.HostAgent.Sessions;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>
/// Gives memory back to the host when nobody has asked for a while: the heap would keep what it grew to at the busiest moment, because it is collected only
/// where something is allocated.
/// </summary>
/// <param name="watchdog">Says when to look.</param>
/// <param name="counters">Show whether something was received or sent, or runs.</param>
internal sealed class IdleMemory(Watchdog watchdog, Counters counters)
{
    private const int LookMs = 2_000;

    private long _seen;
    private long _collected;

    /// <summary>Looks from time to time, as long as the agent lives.</summary>
    public void Watch() => watchdog.After(LookMs, Look);

    private void Look()
    {
        long traffic = counters.Traffic;
        if (traffic == _seen && traffic != _collected && counters.RunningRequests == 0)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            _collected = traffic;
        }

        _seen = traffic;
        Watch();
    }
}
