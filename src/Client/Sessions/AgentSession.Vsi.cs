using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <content>The methods that read the host's vsish tree.</content>
public sealed partial class AgentSession
{
    private static readonly RequestOptions WithoutTimeLimit = new() { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>A leaf of the vsish tree: its text and what it means.</summary>
    /// <param name="path">For example <c>/hardware/cpu/cpuInfo</c>.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="AgentException">The agent answered an error (<c>VsiNodeNotFound</c>, <c>AccessDenied</c>), or nothing in time.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    public Task<VsiLeaf> GetVsiAsync(string path, CancellationToken cancellationToken = default) =>
        SendAsync(RpcMethods.VsiGet, new VsiGetParams { Path = path }, null, cancellationToken);

    /// <summary>The children of a directory of the vsish tree, in natural order.</summary>
    /// <param name="path">The directory; <c>/</c> for the root.</param>
    /// <param name="cancellationToken">Ends the listing at once.</param>
    /// <exception cref="AgentException">The agent answered an error (<c>VsiNodeNotFound</c>, <c>AccessDenied</c>), or nothing in time.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    public IAsyncEnumerable<VsiChild> ListVsiAsync(string path, CancellationToken cancellationToken = default) =>
        StreamAsync(RpcMethods.VsiList, new VsiListParams { Path = path }, null, cancellationToken);

    /// <summary>
    /// A node of the vsish tree and all below it, depth first, as they are found. A node that cannot be read is an item with an <see
    /// cref="VsiTreeNode.Error"/>. It takes as long as it takes, unless the options name a time.
    /// </summary>
    /// <param name="path">Where to begin; the node itself is the first item.</param>
    /// <param name="depth">How far below it; null for no limit.</param>
    /// <param name="leaves">True to read the leaves, false for names alone, which is much faster.</param>
    /// <param name="maxNodes">Items after which to stop; null for no limit.</param>
    /// <param name="options">What this request wants otherwise.</param>
    /// <param name="cancellationToken">Ends the walk at once.</param>
    /// <exception cref="AgentException">The agent answered an error (<c>VsiNodeNotFound</c>, <c>AccessDenied</c>, <c>TooBusy</c>).</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    public IAsyncEnumerable<VsiTreeNode> WalkVsiAsync(
        string path,
        int? depth = null,
        bool leaves = false,
        long? maxNodes = null,
        RequestOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        if (maxNodes is long most)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most, nameof(maxNodes));
        }

        var parameters = new VsiWalkParams { Path = path, Depth = depth, Leaves = leaves, MaxNodes = maxNodes };
        IAsyncEnumerable<VsiTreeNode> nodes = StreamAsync(RpcMethods.VsiWalk, parameters, options ?? WithoutTimeLimit, cancellationToken);
        return maxNodes is long limit ? FirstAsync(nodes, limit, cancellationToken) : nodes;
    }

    /// <summary>
    /// What leaves of the vsish tree hold from time to time, until the caller leaves: first every leaf, then those that hold something else. A consumer that
    /// is slower than the samples loses some, never the newest of a leaf; <see cref="VsiSample.Lost"/> counts them. After a lost connection the watch begins
    /// anew with every leaf.
    /// </summary>
    /// <param name="paths">The leaves, 1 to 64.</param>
    /// <param name="interval">Time between two samples: 100 ms to an hour.</param>
    /// <param name="cancellationToken">Ends the watch at once. So does leaving the loop.</param>
    /// <exception cref="AgentException">The agent answered an error (<c>InvalidParams</c>, <c>AccessDenied</c>, <c>TooBusy</c>).</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public IAsyncEnumerable<VsiSample> WatchVsiAsync(IReadOnlyList<string> paths, TimeSpan interval, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        int milliseconds = (int)Math.Clamp(Math.Ceiling(interval.TotalMilliseconds), 1, int.MaxValue);
        return SamplesAsync(new VsiWatchParams { Paths = paths, IntervalMs = milliseconds }, cancellationToken);
    }

    private async IAsyncEnumerable<VsiSample> SamplesAsync(VsiWatchParams parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new WatchRequest(this, _ids.Next(), parameters);
        try
        {
            Begin(request, cancellationToken);
            while (await request.WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                while (request.TryTake(out VsiSample? sample))
                {
                    yield return sample!;
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }

            // What waited at the end belongs to the consumer, whatever ended it.
            while (request.TryTake(out VsiSample? sample))
            {
                yield return sample!;
            }

            await request.Task.ConfigureAwait(false);
        }
        finally
        {
            request.Abandon(CancellationToken.None);
            _ = request.Task.Exception;
        }
    }

    private static async IAsyncEnumerable<T> FirstAsync<T>(IAsyncEnumerable<T> items, long count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (T item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return item;
            if (--count == 0)
            {
                yield break;
            }
        }
    }
}
