using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet whose every wait ends at once when the pipeline is stopped.</summary>
public abstract class CancellableCmdlet : PSCmdlet, IDisposable
{
    /// <summary>Set when the pipeline is stopped.</summary>
    private protected StopSignal Stop { get; } = new();

    /// <summary>Cancelled when the pipeline is stopped. Whatever takes time gets it.</summary>
    private protected CancellationToken StopToken => Stop.Token;

    /// <summary>What a person sees of a wait that says nothing itself; null for nothing.</summary>
    private protected virtual IWaitSign? WaitSign => null;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the cmdlet holds.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Stop.Dispose();
        }
    }

    /// <summary>Called by PowerShell on another thread than the pipeline's.</summary>
    protected sealed override void StopProcessing() => Stop.Set();

    /// <inheritdoc cref="StopSignal.WaitFor"/>
    /// <param name="work">The work; it was given <see cref="StopToken"/>.</param>
    /// <param name="sign">What a person sees of it; null for <see cref="WaitSign"/>.</param>
    private protected T WaitFor<T>(Task<T> work, IWaitSign? sign = null) => Stop.WaitFor(work, sign ?? WaitSign);

    /// <inheritdoc cref="StopSignal.Each"/>
    /// <param name="items">The items; their source was given <see cref="StopToken"/>.</param>
    /// <param name="sign">What a person sees of a wait; null for <see cref="WaitSign"/>.</param>
    private protected IEnumerable<T> Each<T>(IAsyncEnumerable<T> items, IWaitSign? sign = null) => Stop.Each(items, sign ?? WaitSign);
}
