using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using System.Threading.Channels;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>
/// One page of a listing whose items arrive ahead of it in batches. A slow consumer must hold up neither the connection's other requests nor fill the
/// memory: batches are buffered up to <see cref="MaxBatches"/>, about 32 MiB on the wire; beyond that the request is cancelled on the host, and the
/// consumer gets what is buffered, then <see cref="ErrorKind.TooBusy"/>.
/// </summary>
internal sealed class StreamRequest<TParams, TItem> : SessionRequest<TParams, ListResult<TItem>>
    where TParams : ListParams
{
    private const int MaxBatches = 512;

    /// <summary>What the agent is given for a listing without end: an hour.</summary>
    private const int LongMs = 3_600_000;

    private readonly Channel<IReadOnlyList<TItem>> _batches = Channel.CreateBounded<IReadOnlyList<TItem>>(
        new BoundedChannelOptions(MaxBatches) { SingleReader = true });

    private readonly bool _hasKeys;
    private readonly bool _isLong;
    private volatile bool _hasItems;

    public StreamRequest(AgentSession session, long id, ListMethod<TParams, TItem> method, TParams parameters, TimeSpan timeout)
        : base(session, id, method, parameters, timeout)
    {
        _hasKeys = method.KeyOf is not null;
        _isLong = method.IsLong;
        Parameters = Parameters with
        {
            PartialResultToken = id.ToString(CultureInfo.InvariantCulture),
            TimeoutMs = _isLong ? parameters.TimeoutMs ?? LongMs : Parameters.TimeoutMs,
        };
    }

    /// <summary>The batches in order; completed when nothing more comes. Whether that is the end or a failure, the task says.</summary>
    public ChannelReader<IReadOnlyList<TItem>> Batches => _batches.Reader;

    /// <summary>A listing that has begun can begin again only where its items can be told apart.</summary>
    public override bool IsRepeatable => base.IsRepeatable && (_hasKeys || !_hasItems);

    /// <inheritdoc/>
    public override bool OnProgress(ReadOnlySpan<byte> value)
    {
        if (IsFinished || !TryRead(value, out ListResult<TItem>? batch))
        {
            return false;
        }

        // "items": null is no list, whatever the type says.
        if (batch!.Items is not { Count: > 0 } items)
        {
            return true;
        }

        _hasItems = true;
        if (_isLong)
        {
            RestartClock();
        }

        if (_batches.Writer.TryWrite(items))
        {
            return true;
        }

        Fail(new AgentException(
            Session.Endpoint,
            Method,
            new WireError(ErrorKind.TooBusy, $"The items of '{Method}' came faster than they were taken, and more of them wait than can be kept.")
            {
                RecommendedAction = "Take all items first, for example into a variable, then work on them.",
            }));
        return false;
    }

    /// <inheritdoc/>
    protected override void SetException(Exception exception)
    {
        base.SetException(exception);
        _batches.Writer.TryComplete();
    }

    /// <inheritdoc/>
    protected override void SetCanceled(CancellationToken cancellationToken)
    {
        base.SetCanceled(cancellationToken);
        _batches.Writer.TryComplete();
    }

    /// <inheritdoc/>
    protected override void OnResult(ListResult<TItem> result)
    {
        base.OnResult(result);
        _batches.Writer.TryComplete();
    }
}
