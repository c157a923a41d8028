using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>
/// A watch that goes on for long. How long, the environment variable <c>ESXAGENT_TEST_WATCH_SECONDS</c> says; docs/vsish.md has the figures of ten minutes.
/// </summary>
public sealed class VsiLongWatchTests(ITestOutputHelper output)
{
    private const string Variable = "ESXAGENT_TEST_WATCH_SECONDS";
    private const double DefaultSeconds = 10;
    private const int Leaves = 50;
    private const int LeafBytes = 4_000;

    /// <summary>
    /// What the agent may grow by above the most that it had while its reader read: pages that the runtime has not given back, nothing that grows with time. Of the
    /// samples that nobody reads it would have kept twice as much.
    /// </summary>
    private const long Allowance = 2 << 20;
    private const int Looks = 6;

    [Fact]
    public void Fifty_leaves_are_watched_in_flat_memory_while_their_reader_rests_for_a_tenth_of_the_time()
    {
        TimeSpan all = TimeSpan.FromSeconds(
            double.Parse(Environment.GetEnvironmentVariable(Variable) ?? DefaultSeconds.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        TimeSpan rest = all / 10 > TimeSpan.FromSeconds(2) ? all / 10 : TimeSpan.FromSeconds(2);
        string[] paths = [.. Enumerable.Range(0, Leaves).Select(i => $"/bench/counter{i}")];
        using World world = World.Start(prepare: host => WriteCounters(host, paths));
        using WireConnection guest = world.Guest();
        using Bystander aside = world.WatchFromAside();
        string id = guest.StartCall("vsi/watch", $$"""{"paths":["{{string.Join("\",\"", paths)}}"],"intervalMs":100,"partialResultToken":"w"}""");
        var reader = new Reader(guest);

        reader.ReadFor(all * 0.2);
        long before = Look(all * 0.3).Max();
        long lostBefore = reader.Lost;
        Thread.Sleep(rest);
        long resting = ProcessFootprint.ResidentBytesOf(world.Agent.Id);
        DateTime awake = DateTime.UtcNow;
        long after = Look(all * 0.4).Min();

        output.WriteLine($"{reader.Samples} samples, {reader.Lost} lost, {lostBefore} of them before the rest; {before}, {resting}, {after} bytes resident");
        Assert.True(reader.Lost > lostBefore, $"None of the samples that came in {rest.TotalSeconds} s without a reader was said to be lost.");
        Assert.All(paths, path => Assert.True(reader.Newest.GetValueOrDefault(path) > awake, $"Nothing new came of {path} after the rest."));
        Assert.True(resting - before < Allowance, $"The agent had {before} bytes, and {resting} while its reader rested.");
        Assert.True(after - before < Allowance, $"The agent had {before} bytes, and {after} in the end.");
        aside.MustHaveNoticedNothing();
        guest.SendFrame($$$"""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{{{id}}}}}""");
        guest.ReceiveAnswer(id).MustFail("RequestCancelled", -32800);

        long[] Look(TimeSpan time) => [.. Enumerable.Range(0, Looks).Select(_ =>
        {
            reader.ReadFor(time / Looks);
            return ProcessFootprint.ResidentBytesOf(world.Agent.Id);
        })];
    }

    private static void WriteCounters(SimulatedHost host, string[] paths)
    {
        Directory.CreateDirectory(host.NodePath("/bench"));
        foreach (string path in paths)
        {
            File.WriteAllText(host.NodePath(path), $"counter {{\n   ticks:0\n   text:{new string('x', LeafBytes)}\n}}\n");
            File.WriteAllText(host.NodePath(path) + ".rates", "ticks:1000\n");
        }
    }

    /// <summary>Reads samples and keeps nothing of them but counts.</summary>
    private sealed class Reader(WireConnection guest)
    {
        public Dictionary<string, DateTime> Newest { get; } = [];

        public long Samples { get; private set; }

        public long Lost { get; private set; }

        public void ReadFor(TimeSpan time)
        {
            long started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                foreach (JsonNode sample in Listings.ItemsOf(guest.Receive()))
                {
                    Samples++;
                    Lost += sample["lost"]?.GetValue<long>() ?? 0;
                    Newest[sample["path"]!.GetValue<string>()] = sample["time"]!.GetValue<DateTime>();
                }
            }
        }
    }
}
