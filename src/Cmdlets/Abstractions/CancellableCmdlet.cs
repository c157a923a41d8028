using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet whose every wait ends at once when the pipeline is stopped.</summary>
public abstract class CancellableCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Cancelled when the pipeline is stopped. Whatever takes time gets it.</summary>
    private protected CancellationToken StopToken => _stop.Token;

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
            _stop.Dispose();
        }
    }

    /// <summary>Called by PowerShell on another thread than the pipeline's.</summary>
    protected sealed override void StopProcessing()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The cmdlet ended while the stop was on its way.
        }
    }

    /// <summary>
    /// Waits on the pipeline's thread for work that runs elsewhere. A stop ends the wait at once, even where the work itself takes its time to notice.
    /// </summary>
    /// <param name="work">The work; it was given <see cref="StopToken"/>.</param>
    /// <param name="sign">What a person sees of it; null for <see cref="WaitSign"/>.</param>
    /// <exception cref="PipelineStoppedException">The pipeline is being stopped.</exception>
    private protected T WaitFor<T>(Task<T> work, IWaitSign? sign = null)
    {
        sign ??= WaitSign;
        try
        {
            if (!work.IsCompleted)
            {
                // WhenAny, because waiting for the work itself would wrap what it throws.
                Task end = Task.WhenAny(work);
                while (!end.Wait(sign is null ? Timeout.Infinite : ProgressPump.IntervalMilliseconds, StopToken))
                {
                    sign!.Show();
                }
            }

            return work.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (StopToken.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Hands out items on the pipeline's thread as they come. Leaving the loop early, for whatever reason, ends the work behind them.</summary>
    /// <param name="items">The items; their source was given <see cref="StopToken"/>.</param>
    /// <exception cref="PipelineStoppedException">The pipeline is being stopped.</exception>
    private protected IEnumerable<T> Each<T>(IAsyncEnumerable<T> items)
    {
        IAsyncEnumerator<T> source = items.GetAsyncEnumerator(StopToken);
        Task<bool> pending = Task.FromResult(false);
        try
        {
            while (true)
            {
                ValueTask<bool> next = source.MoveNextAsync();
                bool isThere;
                if (next.IsCompletedSuccessfully)
                {
                    isThere = next.Result;
                }
                else
                {
                    pending = next.AsTask();
                    isThere = WaitFor(pending);
                }

                if (!isThere)
                {
                    yield break;
                }

                yield return source.Current;
            }
        }
        finally
        {
            // Not waited for: the pipeline may be stopping, and the source may take its time.
            _ = End(source, pending);
        }
    }

    private static async Task End<T>(IAsyncEnumerator<T> source, Task pending)
    {
        // An enumerator must not be disposed of while it is moving.
        await pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await source.DisposeAsync().ConfigureAwait(false);
    }
}
