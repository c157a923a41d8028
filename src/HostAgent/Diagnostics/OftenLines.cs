using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Sessions;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>Decides which of the lines that VMs bring about are written: a burst at once, then one in each interval. Not safe for several threads.</summary>
/// <param name="burst">Lines of a VM that are written at once.</param>
/// <param name="intervalMs">Milliseconds from one line to the next behind them.</param>
internal sealed class OftenLines(int burst, int intervalMs)
{
    /// <summary>VMs beyond which those are forgotten that have been quiet.</summary>
    private const int ManyVms = 1_024;

    private readonly Dictionary<long, Count> _counts = [];

    private sealed class Count
    {
        public TokenBucket Lines;
        public int LeftOut;
    }

    /// <summary>Whether the next line of a VM is written.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="leftOut">Lines before it that were not.</param>
    public bool TryGet(long vm, out int leftOut)
    {
        long now = Environment.TickCount64;
        if (!_counts.TryGetValue(vm, out Count? count))
        {
            ForgetQuiet(now);
            _counts[vm] = count = new Count();
        }

        bool isWritten = count.Lines.TryTake(now, intervalMs, burst) == 0;
        leftOut = count.LeftOut;
        count.LeftOut = isWritten ? 0 : leftOut + 1;
        return isWritten;
    }

    private void ForgetQuiet(long now)
    {
        if (_counts.Count < ManyVms)
        {
            return;
        }

        foreach (KeyValuePair<long, Count> count in _counts)
        {
            if (count.Value.Lines.IsFull(now))
            {
                _counts.Remove(count.Key);
            }
        }
    }
}
