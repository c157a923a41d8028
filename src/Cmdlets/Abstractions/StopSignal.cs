using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;

namespace EsxAgent.Abstractions;

/// <summary>Ends every wait of a cmdlet or provider at once when the pipeline is stopped.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Cancelled when the pipeline is stopped. Whatever takes time gets it.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Stops. Called by PowerShell on another thread than the pipeline's.</summary>
    public void Set()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work ended while the stop was on its way.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>
    /// Waits on the pipeline's thread for work that runs elsewhere. A stop ends the wait at once, even where the work itself takes its time to notice.
    /// </summary>
    /// <param name="work">The work; it was given <see cref="Token"/>.</param>
    /// <param name="sign">What a person sees of it; null for nothing.</param>
    /// <exception cref="PipelineStoppedException">The pipeline is being stopped.</exception>
    public T WaitFor<T>(Task<T> work, IWaitSign? sign)
    {
        try
        {
            if (!work.IsCompleted)
            {
                // WhenAny, because waiting for the work itself would wrap what it throws.
                Task end = Task.WhenAny(work);
                while (!end.Wait(sign is null ? Timeout.Infinite : ProgressPump.IntervalMilliseconds, Token))
                {
                    sign!.Show();
                }
            }

            return work.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (Token.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Hands out items on the pipeline's thread as they come. Leaving the loop early, for whatever reason, ends the work behind them.</summary>
    /// <param name="items">The items; their source was given <see cref="Token"/>.</param>
    /// <param name="sign">What a person sees of a wait; null for nothing.</param>
    /// <exception cref="PipelineStoppedException">The pipeline is being stopped.</exception>
    public IEnumerable<T> Each<T>(IAsyncEnumerable<T> items, IWaitSign? sign)
    {
        IAsyncEnumerator<T> source = items.GetAsyncEnumerator(Token);
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
                    isThere = WaitFor(pending, sign);
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
