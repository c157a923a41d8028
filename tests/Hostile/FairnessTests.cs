using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Hostile;

/// <summary>
/// Ten thousand connections of a VM that means harm, and another VM that asks on: it must not get slower than twice what it is without them, and afterwards the
/// agent must be what it was.
/// </summary>
[Collection(nameof(MeasuredAlone))]
public sealed class FairnessTests(ITestOutputHelper output)
{
    private const int Windows = 8;

    /// <summary>In every second window far more connections at the same time than a VM may have, so that most of them are refused at the door.</summary>
    private const int Flooding = 96;
    private const int OfFlood = 2_100;

    /// <summary>In the others no more than it may have: each of them is served, and does what it came for.</summary>
    private const int Inside = 14;
    private const int OfThoseInside = 400;

    /// <summary>
    /// By this an agent's memory differs from one idle moment to the next: mostly stacks of as many threads as have ever run at once, which the C library keeps. A
    /// kilobyte kept of each connection would show.
    /// </summary>
    private const long Garbage = 8 << 20;

    /// <summary>The heap may have 64 MiB; the rest is code, stacks and what tools print.</summary>
    private const long MostMemory = 96 << 20;

    /// <summary>The pipes of the shell of vsish, which is started when there is much to read and ended when nobody asks.</summary>
    private const int Shell = 4;

    private const double Twice = 2;

    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(2);

    /// <summary>
    /// What is undisturbed is measured at a second agent on the same machine, in the same moments. On two processors every tool that runs slows down whoever
    /// else wants to run, whichever agent has started it; a busy machine does so, too. Both VMs feel that alike. What differs between the two is what the
    /// hostile VM takes of the first agent: its locks, its threads, its memory. So the agent is judged and nothing else, and the comparison holds on a busy
    /// machine.
    /// </summary>
    [Fact]
    public void Ten_thousand_hostile_connections_of_one_VM_neither_slow_another_one_down_nor_leave_anything_behind()
    {
        using World world = World.Start(prepare: LetTheNeighbourAskOften);
        using World other = World.Start(prepare: LetTheNeighbourAskOften);
        using var neighbour = new NeighbourMeasurement(world, 1);
        using var undisturbed = new NeighbourMeasurement(other, 1);
        using var flooding = new HostileGuestProcess(world.Socket(0), Flooding);
        using var inside = new HostileGuestProcess(world.Socket(0), Inside);

        // What comes for the first time: code that is paged in, buffers that grow to their size.
        inside.Misuse(OfThoseInside);
        AgentMemory before = AgentMemory.InAQuietMoment(world.Agent);
        _ = (neighbour.EndWindow(), undisturbed.EndWindow());
        Thread.Sleep(s_quiet);
        Report("nobody", 0, neighbour.EndWindow(), undisturbed.EndWindow());

        var ratios = new List<double>();
        long most = 0;
        for (int i = 0; i < Windows; i++)
        {
            long started = Stopwatch.GetTimestamp();
            string said = i % 2 == 0 ? flooding.Misuse(OfFlood) : inside.Misuse(OfThoseInside);
            double[] disturbed = neighbour.EndWindow();
            double[] usual = undisturbed.EndWindow();
            most = Math.Max(most, ProcessFootprint.ResidentBytesOf(world.Agent.Id));
            ratios.Add(Report(said, Stopwatch.GetElapsedTime(started).TotalSeconds, disturbed, usual));
        }

        AgentMemory after = AgentMemory.InAQuietMoment(world.Agent);
        output.WriteLine($"before {before}, at most {most >> 10} KiB, after {after}");
        double median = ratios.Order().ElementAt(Windows / 2);
        Assert.True(median < Twice, $"the p99 of the other VM was {median:0.00} times its undisturbed one, in the middle of {Windows} windows");
        Assert.True(after.Footprint.Descriptors <= before.Footprint.Descriptors + Shell, $"there were {before} before, {after} after");
        Assert.True(after.Footprint.Threads <= before.Footprint.Threads, $"there were {before} before, {after} after");
        Assert.True(after.PrivateBytes - before.PrivateBytes < Garbage, $"there were {before} before, {after} after");
        Assert.True(most < MostMemory, $"resident memory was {most >> 10} KiB");
    }

    /// <summary>It asks 200 times a second at the most, which is what a VM may; a delay must not make it meet its own limit.</summary>
    private static void LetTheNeighbourAskOften(SimulatedHost host) => host.SetPolicy(Policies.AllowEverything(hostile: host.Machines[0].Name, rates: 10_000));

    private double Report(string said, double seconds, double[] disturbed, double[] usual)
    {
        double ratio = NeighbourMeasurement.Percentile(disturbed, 99) / NeighbourMeasurement.Percentile(usual, 99);
        output.WriteLine($"{said} in {seconds:0.0} s: {Describe(disturbed)}; at the other agent {Describe(usual)}; p99 {ratio:0.00} times");
        return ratio;
    }

    private static string Describe(double[] times)
    {
        double middle = NeighbourMeasurement.Percentile(times, 50);
        double slow = NeighbourMeasurement.Percentile(times, 99);
        return $"{times.Length} answers, p50 {middle:0.000} ms, p99 {slow:0.000} ms, max {times.Max():0.0} ms";
    }
}
