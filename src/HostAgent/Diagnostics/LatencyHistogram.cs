using System;
using System.Threading;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>Latencies in fixed classes, from 50 µs to 30 s.</summary>
internal sealed class LatencyHistogram
{
    private static readonly long[] s_boundsInMicroseconds =
        [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000];

    private readonly long[] _classes = new long[s_boundsInMicroseconds.Length + 1];
    private long _sumInTicks;

    /// <summary>Upper bounds of all classes but the last, which has none.</summary>
    public static ReadOnlySpan<long> BoundsInMicroseconds => s_boundsInMicroseconds;

    /// <summary>Sum of all latencies.</summary>
    public long SumInMicroseconds => Interlocked.Read(ref _sumInTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>How many latencies fell into a class.</summary>
    public long CountOf(int index) => Interlocked.Read(ref _classes[index]);

    /// <summary>How many latencies were counted.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            for (int i = 0; i < _classes.Length; i++)
            {
                count += CountOf(i);
            }

            return count;
        }
    }

    /// <summary>Counts one latency.</summary>
    public void Add(TimeSpan time)
    {
        long microseconds = time.Ticks / TimeSpan.TicksPerMicrosecond;
        int index = 0;
        while (index < s_boundsInMicroseconds.Length && microseconds > s_boundsInMicroseconds[index])
        {
            index++;
        }

        Interlocked.Increment(ref _classes[index]);
        if (time > TimeSpan.Zero)
        {
            Interlocked.Add(ref _sumInTicks, time.Ticks);
        }
    }
}
