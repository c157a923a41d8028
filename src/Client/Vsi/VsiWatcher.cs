using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>
/// Watches leaves on several hosts at a time. Each host samples by itself; one that cannot be watched does not end the others. A consumer that is slow holds no
/// memory: every session keeps only so many samples, see <see cref="AgentSession.WatchVsiAsync"/>.
/// </summary>
public static class VsiWatcher
{
    /// <summary>What came of a host: a sample, or why nothing more comes.</summary>
    /// <param name="Source">Index of the host.</param>
    /// <param name="Sample">The sample; null with an error.</param>
    /// <param name="Error">Why the watch of this host has ended; null with a sample.</param>
    public readonly record struct Event(int Source, VsiSample? Sample, Exception? Error);

    /// <summary>Watches until the caller leaves, each host was watched long enough, or none can be watched any more.</summary>
    /// <param name="sources">The sessions, each with its leaves: 1 to 64.</param>
    /// <param name="interval">Time between two samples: 100 ms to an hour.</param>
    /// <param name="looks">
    /// How often the leaves are looked at; null for no end. A leaf that does not change gives no sample, so that the time tells how often it was.
    /// </param>
    /// <param name="cancellationToken">Ends all of them at once. So does leaving the loop.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async IAsyncEnumerable<Event> WatchAsync(
        IReadOnlyList<(AgentSession Session, IReadOnlyList<string> Paths)> sources,
        TimeSpan interval,
        long? looks,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // Of one sample: what waits further back is kept, and counted where it is lost, by the sessions.
        Channel<Event> events = Channel.CreateBounded<Event>(new BoundedChannelOptions(1) { SingleReader = true });
        var running = new List<Task>(sources.Count);
        for (int i = 0; i < sources.Count; i++)
        {
            running.Add(PumpAsync(i, sources[i].Session, sources[i].Paths, interval, looks, events.Writer, stop.Token));
        }

        _ = Task.WhenAll(running).ContinueWith(_ => events.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            await foreach (Event one in events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return one;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task PumpAsync(
        int index,
        AgentSession session,
        IReadOnlyList<string> paths,
        TimeSpan interval,
        long? looks,
        ChannelWriter<Event> writer,
        CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? error = null;
        var unseen = new HashSet<string>(paths, StringComparer.Ordinal);
        bool hasBegun = false;
        try
        {
            await foreach (VsiSample sample in session.WatchVsiAsync(paths, interval, end.Token).ConfigureAwait(false))
            {
                await writer.WriteAsync(new Event(index, sample, null), cancellationToken).ConfigureAwait(false);
                unseen.Remove(sample.Path ?? string.Empty);
                if (looks == 1 && unseen.Count == 0)
                {
                    return;
                }

                if (!hasBegun && looks > 1)
                {
                    // Half an interval behind the last look: its samples are on their way then.
                    end.CancelAfter(Shorter(interval * (looks.Value - 0.5)));
                    hasBegun = true;
                }
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            error = e;
        }

        if (error is not null && !cancellationToken.IsCancellationRequested)
        {
            await writer.WriteAsync(new Event(index, null, error), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>No timer goes further, and nobody waits for 24 days.</summary>
    private static TimeSpan Shorter(TimeSpan time) => time.TotalMilliseconds < int.MaxValue ? time : TimeSpan.FromMilliseconds(int.MaxValue);
}
