using System;
using System.Globalization;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>
/// A watch: samples arrive until it is cancelled. A slow consumer loses samples, see <see cref="SampleQueue"/>, and after a lost connection the watch begins
/// anew.
/// </summary>
internal sealed class WatchRequest : SessionRequest<VsiWatchParams, ListResult<VsiSample>>
{
    /// <summary>Sixteen samples of each leaf, where there are as many as may be.</summary>
    private const int MaxSamples = 1024;

    private readonly SampleQueue _samples = new(MaxSamples);

    /// <summary>Wakes the consumer: full while there may be something to take, completed at the end.</summary>
    private readonly Channel<bool> _arrived = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public WatchRequest(AgentSession session, long id, VsiWatchParams parameters)
        : base(session, id, RpcMethods.VsiWatch, parameters, System.Threading.Timeout.InfiniteTimeSpan)
    {
        Parameters = Parameters with { PartialResultToken = id.ToString(CultureInfo.InvariantCulture) };
    }

    /// <summary>Takes the next sample, if one waits.</summary>
    public bool TryTake(out VsiSample? sample) => _samples.TryTake(out sample);

    /// <summary>Waits for samples.</summary>
    /// <returns>False at the end, with nothing left to take.</returns>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        bool goesOn = await _arrived.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        _arrived.Reader.TryRead(out _);
        return goesOn;
    }

    /// <inheritdoc/>
    public override bool OnProgress(ReadOnlySpan<byte> value)
    {
        if (IsFinished || !TryRead(value, out ListResult<VsiSample>? batch))
        {
            return false;
        }

        foreach (VsiSample sample in batch!.Items ?? [])
        {
            _samples.Add(sample);
        }

        _arrived.Writer.TryWrite(true);
        return true;
    }

    /// <inheritdoc/>
    protected override void OnResult(ListResult<VsiSample> result)
    {
        base.OnResult(result);
        _arrived.Writer.TryComplete();
    }

    /// <inheritdoc/>
    protected override void SetException(Exception exception)
    {
        base.SetException(exception);
        _arrived.Writer.TryComplete();
    }

    /// <inheritdoc/>
    protected override void SetCanceled(CancellationToken cancellationToken)
    {
        base.SetCanceled(cancellationToken);
        _arrived.Writer.TryComplete();
    }
}
