using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Sessions;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

/// <summary>Properties of the bucket that holds guests to a rate, over many random histories: it never lets more pass, never starves, and has no number too large.</summary>
public sealed class TokenBucketTests
{
    private const int Histories = 500;
    private const int Steps = 300;

    [Fact]
    public void In_no_span_of_time_does_more_pass_than_a_burst_and_the_rate()
    {
        ForEachHistory((random, interval, burst) =>
        {
            var bucket = new TokenBucket();
            long now = random.NextInt64(0, 1L << 40);
            var passed = new List<long>();
            for (int i = 0; i < Steps; i++)
            {
                now += Pause(random, interval, burst);
                if (bucket.TryTake(now, interval, burst) == 0)
                {
                    passed.Add(now);
                }
            }

            for (int from = 0; from < passed.Count; from++)
            {
                for (int to = from; to < passed.Count; to++)
                {
                    long most = burst + ((passed[to] - passed[from]) / interval);
                    if (to - from + 1 > most)
                    {
                        Assert.Fail($"{to - from + 1} passed in {passed[to] - passed[from]} ticks: at most {most} may, one in {interval} and a burst of {burst}");
                    }
                }
            }
        });
    }

    [Fact]
    public void Who_waits_as_long_as_it_was_told_passes_and_not_a_tick_earlier()
    {
        ForEachHistory((random, interval, burst) =>
        {
            var bucket = new TokenBucket();
            long now = random.NextInt64(0, 1L << 40);
            for (int i = 0; i < Steps; i++)
            {
                now += Pause(random, interval, burst);
                long wait = bucket.TryTake(now, interval, burst);
                Assert.InRange(wait, 0, interval);
                if (wait > 0)
                {
                    Assert.Equal(1, bucket.TryTake(now + wait - 1, interval, burst));
                    Assert.Equal(0, bucket.TryTake(now += wait, interval, burst));
                }
            }
        });
    }

    [Fact]
    public void After_a_quiet_time_a_whole_burst_passes_and_no_more()
    {
        ForEachHistory((random, interval, burst) =>
        {
            var bucket = new TokenBucket();
            long now = random.NextInt64(0, 1L << 40);
            while (bucket.TryTake(now, interval, burst) == 0)
            {
            }

            now += burst * interval;
            Assert.True(bucket.IsFull(now));
            for (int i = 0; i < burst; i++)
            {
                Assert.Equal(0, bucket.TryTake(now, interval, burst));
            }

            Assert.Equal(interval, bucket.TryTake(now, interval, burst));
        });
    }

    [Fact]
    public void A_rate_that_changes_holds_from_then_on()
    {
        var bucket = new TokenBucket();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(0, bucket.TryTake(0, 10, 100));
        }

        Assert.NotEqual(0, bucket.TryTake(500, 10, 10));
        Assert.Equal(0, bucket.TryTake(1_000, 10, 10));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue / 2)]
    public void A_clock_of_any_age_does(long now)
    {
        var bucket = new TokenBucket();
        long interval = 60_000_000_000 / 50;
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(0, bucket.TryTake(now, interval, 50));
        }

        Assert.Equal(interval, bucket.TryTake(now, interval, 50));
    }

    private static long Pause(Random random, long interval, int burst) => random.Next(4) switch
    {
        0 => 0,
        1 => random.NextInt64(0, interval + 1),
        2 => random.NextInt64(0, 3 * interval),
        _ => random.Next(20) == 0 ? random.NextInt64(0, 2 * burst * interval) : random.NextInt64(0, 2),
    };

    private static void ForEachHistory(Action<Random, long, int> check)
    {
        for (int seed = 0; seed < Histories; seed++)
        {
            var random = new Random(seed);
            check(random, random.Next(2) == 0 ? random.Next(1, 50) : random.NextInt64(1, 2_000_000_000), random.Next(1, 40));
        }
    }
}
