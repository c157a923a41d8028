using System;
using System.Threading;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>A part of the agent's memory that a VM has until it is given back.</summary>
internal sealed class MemoryShare(SharedPlaces places, long vm, int amount) : IDisposable
{
    private int _isGivenBack;

    /// <summary>Gives it back; any number of times, from any thread.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isGivenBack, 1) == 0)
        {
            places.Leave(vm, amount);
        }
    }
}
