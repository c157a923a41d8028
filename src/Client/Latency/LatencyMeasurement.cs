using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>Measures the round trip between this VM and its agent.</summary>
public static class LatencyMeasurement
{
    /// <summary>Pings ahead of the measured ones: code and caches are warm then.</summary>
    private const int WarmUp = 10;

    /// <summary>Pause after a refusal by the rate limit that does not say how long.</summary>
    private static readonly TimeSpan DefaultPause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Sends pings one after the other and measures each. Where the agent's rate limit refuses one, it is sent again after the pause that the agent asks
    /// for, and neither the refusal nor the pause is measured.
    /// </summary>
    /// <param name="session">An open session.</param>
    /// <param name="count">How many pings, 1 or more.</param>
    /// <param name="payloadBytes">Bytes that each carries to the host, 0 or more, within the agent's limit for a request.</param>
    /// <param name="progress">Told how many are done; null where nobody wants to know.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    /// <exception cref="AgentException">The agent refused a ping.</exception>
    /// <exception cref="ConnectionException">The connection was lost and not restored.</exception>
    public static Task<LatencyResult> RunAsync(
        AgentSession session, int count, int payloadBytes = 0, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        return MeasureAsync(session, count, payloadBytes, progress, cancellationToken);
    }

    private static async Task<LatencyResult> MeasureAsync(
        AgentSession session, int count, int payloadBytes, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var ping = new PingParams { Payload = payloadBytes == 0 ? null : new string('x', payloadBytes) };
        for (int i = 0; i < Math.Min(WarmUp, count); i++)
        {
            await PingAsync(session, ping, cancellationToken).ConfigureAwait(false);
        }

        var samples = new long[count];
        for (int i = 0; i < count; i++)
        {
            samples[i] = await PingAsync(session, ping, cancellationToken).ConfigureAwait(false);
            progress?.Report(i + 1);
        }

        return Summarize(samples, payloadBytes);
    }

    /// <summary>A wait inside of the session would be taken for the way.</summary>
    private static readonly RequestOptions s_impatient = new() { BusyPatience = TimeSpan.Zero };

    /// <summary>One ping.</summary>
    /// <returns>Its time in ticks of <see cref="Stopwatch"/>.</returns>
    private static async Task<long> PingAsync(AgentSession session, PingParams ping, CancellationToken cancellationToken)
    {
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                await session.SendAsync(RpcMethods.Ping, ping, s_impatient, cancellationToken).ConfigureAwait(false);
                return Stopwatch.GetTimestamp() - start;
            }
            catch (AgentException e) when (e.Kind.Equals(ErrorKind.TooBusy))
            {
                TimeSpan pause = e.Error.RetryAfterMs is int milliseconds and > 0 ? TimeSpan.FromMilliseconds(milliseconds) : DefaultPause;
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sorts the samples and takes the figures from them.</summary>
    /// <param name="samples">Times in ticks of <see cref="Stopwatch"/>, at least one.</param>
    /// <param name="payloadBytes">Only handed on.</param>
    internal static LatencyResult Summarize(long[] samples, int payloadBytes)
    {
        Array.Sort(samples);
        double total = 0;
        foreach (long sample in samples)
        {
            total += sample;
        }

        return new LatencyResult(
            samples.Length,
            payloadBytes,
            Time(samples[0]),
            Time(Percentile(samples, 50)),
            Time(Percentile(samples, 95)),
            Time(Percentile(samples, 99)),
            Time(samples[^1]),
            total > 0 ? samples.Length * Stopwatch.Frequency / total : 0);
    }

    /// <summary>Nearest rank: the smallest sample that this many of 100 do not exceed.</summary>
    private static long Percentile(long[] sorted, int percent) => sorted[(int)Math.Ceiling(percent / 100.0 * sorted.Length) - 1];

    private static TimeSpan Time(long ticks) => Stopwatch.GetElapsedTime(0, ticks);
}
