using System;
using System.Collections.Generic;
using System.Threading;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// Something that all VMs share and of which there is so much: tools that run, bytes of memory. A VM may have a part of it, and what comes then waits. The last of it
/// is kept for VMs that have nothing, and the very last for the agent's own questions: who is calling must not wait for what another one asked.
/// </summary>
/// <param name="most">How much there is.</param>
/// <param name="mostOfVm">How much one VM may have.</param>
internal sealed class SharedPlaces(int most, int mostOfVm)
{
    /// <summary>How often one that waits looks whether it is still wanted.</summary>
    private const int LookMs = 50;

    /// <summary>This part is kept for the agent, and as much again for VMs that have nothing.</summary>
    private const int KeptPart = 8;

    private readonly object _lock = new();
    private readonly Dictionary<long, Share> _shares = [];
    private int _taken;

    private sealed class Share
    {
        public int Taken;
    }

    /// <summary>Waits until there is enough and takes it.</summary>
    /// <param name="vm">The VM; <see cref="CancelSignal.OfAgent"/> for the agent itself.</param>
    /// <param name="amount">How much, at most what a VM may have.</param>
    /// <param name="waitMs">How long to wait.</param>
    /// <param name="cancel">Ends the wait; null where nothing does.</param>
    /// <returns>False where there was not enough in time.</returns>
    /// <exception cref="OperationException">The request was cancelled.</exception>
    public bool TryEnter(long vm, int amount, int waitMs, CancelSignal? cancel)
    {
        long until = Environment.TickCount64 + waitMs;
        lock (_lock)
        {
            while (!HasPlace(vm, amount))
            {
                cancel?.ThrowIfRequested();
                if (Environment.TickCount64 >= until)
                {
                    return false;
                }

                Monitor.Wait(_lock, LookMs);
            }

            if (!_shares.TryGetValue(vm, out Share? share))
            {
                _shares[vm] = share = new Share();
            }

            share.Taken += amount;
            _taken += amount;
            return true;
        }
    }

    /// <summary>Gives back what was taken.</summary>
    public void Leave(long vm, int amount)
    {
        lock (_lock)
        {
            _taken -= amount;
            if ((_shares[vm].Taken -= amount) == 0)
            {
                _shares.Remove(vm);
            }

            Monitor.PulseAll(_lock);
        }
    }

    private bool HasPlace(long vm, int amount)
    {
        if (vm == CancelSignal.OfAgent)
        {
            return _taken + amount <= most;
        }

        int own = _shares.TryGetValue(vm, out Share? share) ? share.Taken : 0;
        int kept = own == 0 ? most / KeptPart : most / KeptPart * 2;
        return own + amount <= mostOfVm && _taken + amount <= most - kept;
    }
}
