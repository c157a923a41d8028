using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>What Measure-EsxAgent shows.</summary>
public sealed class LatencyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Percentiles_are_samples_by_nearest_rank()
    {
        long millisecond = Stopwatch.Frequency / 1000;
        long[] samples = [.. Enumerable.Range(1, 200).Reverse().Select(i => i * millisecond)];

        LatencyResult result = LatencyMeasurement.Summarize(samples, 7);

        Assert.Equal(200, result.Count);
        Assert.Equal(7, result.PayloadBytes);
        Assert.Equal([1, 100, 190, 198, 200], Milliseconds(result));
        Assert.Equal(200 / 20.1, result.RequestsPerSecond, 3);
    }

    [Fact]
    public void One_sample_is_every_percentile()
    {
        LatencyResult result = LatencyMeasurement.Summarize([Stopwatch.Frequency / 1000 * 3], 0);

        Assert.Equal([3, 3, 3, 3, 3], Milliseconds(result));
    }

    [Fact]
    public async Task Each_ping_carries_the_payload_and_is_counted()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();
        var reports = new List<int>();

        LatencyResult result = await LatencyMeasurement.RunAsync(session, 20, 100, new Collecting(reports), Token);

        Assert.Equal(20, result.Count);
        Assert.Equal(Enumerable.Range(1, 20), reports);
        Assert.True(result.Minimum > TimeSpan.Zero && result.Minimum <= result.Median && result.P99 <= result.Maximum, result.ToString());
        Assert.Equal(30, agent.Received.Count(static r => r.Method == Methods.Ping && r.Text("payload")!.Length == 100));
    }

    [Fact]
    public async Task The_rate_limit_is_waited_out_and_not_measured()
    {
        int refused = 0;
        using FakeAgent agent = FakeAgent.Answering((connection, request) => ++refused % 4 == 0
            ? connection.SendAsync(FakeAnswers.Error(request.Id, -32040, "TooBusy", "Slower.", ",\"retryAfterMs\":60"))
            : connection.AnswerAsync(request, "{}"));
        using AgentSession session = await agent.ConnectAsync();

        LatencyResult result = await LatencyMeasurement.RunAsync(session, 6, cancellationToken: Token);

        Assert.Equal(6, result.Count);
        Assert.True(result.Median < TimeSpan.FromMilliseconds(60), $"The median is {result.Median}.");
    }

    [Fact]
    public async Task A_count_of_nothing_is_refused()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using AgentSession session = await agent.ConnectAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => LatencyMeasurement.RunAsync(session, 0, cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => LatencyMeasurement.RunAsync(session, 1, -1, cancellationToken: Token));
    }

    private static double[] Milliseconds(LatencyResult result) =>
        [.. new[] { result.Minimum, result.Median, result.P95, result.P99, result.Maximum }.Select(static time => time.TotalMilliseconds)];

    /// <summary>Reports on the spot: <see cref="Progress{T}"/> would do it later, in any order.</summary>
    private sealed class Collecting(List<int> reports) : IProgress<int>
    {
        public void Report(int value) => reports.Add(value);
    }
}
