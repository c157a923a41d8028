using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>A thousand times each way in which a tool can go wrong: nothing may be left over of any of them.</summary>
public sealed class ToolRepetitionTests(ToolRepetitionTests.Runs runs) : IClassFixture<ToolRepetitionTests.Runs>
{
    private const int Repetitions = 1_000;

    public static TheoryData<string> Names => [.. ToolMisbehaviour.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_thousand_times_a_tool_that_does_this_leaves_no_process_descriptor_or_thread(string what) => runs.Of(what);

    /// <summary>All kinds side by side, each with an agent of its own: most of the time is spent in waiting for threads that have to become idle.</summary>
    public sealed class Runs : IDisposable
    {
        /// <summary>Connections that ask at the same time.</summary>
        private const int Guests = 10;

        /// <summary>How long the agent keeps a thread without work, and a second for a busy machine.</summary>
        private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(6);

        private readonly Dictionary<string, Task> _tasks;
        private readonly SemaphoreSlim _processors = new(Math.Max(2, Environment.ProcessorCount));

        /// <summary>Starts all of them.</summary>
        public Runs() => _tasks = ToolMisbehaviour.All.ToDictionary(kind => kind.Key, kind => OnThread(() => Run(kind.Value)));

        /// <summary>Waits for one of them.</summary>
        public Task Of(string what) => _tasks[what];

        /// <inheritdoc/>
        public void Dispose()
        {
            Task.WhenAll(_tasks.Values).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
            _processors.Dispose();
        }

        private void Run(ToolMisbehaviour misbehaviour)
        {
            using World world = World.Start(prepare: misbehaviour.Impose);
            WireConnection[] guests = [.. Enumerable.Range(0, Guests).Select(_ => world.Guest())];

            // Once before the count, so that what the agent makes at the first time and keeps is in it.
            AskAll(guests, misbehaviour, 1);
            Thread.Sleep(s_idle);
            ProcessFootprint before = world.Agent.Footprint;
            long started = ToolsStarted(guests[0]);
            AskAll(guests, misbehaviour, Repetitions / Guests);

            // On a machine that stood still for a moment a request may have ended before its tool was started.
            bool isThere = misbehaviour is { Script: not null, CanRun: true };
            while (isThere && ToolsStarted(guests[0]) - started < Repetitions)
            {
                AskAll(guests, misbehaviour, 1);
            }

            MustLeaveNothing(world, before);
            Assert.True(isThere || ToolsStarted(guests[0]) == started, "A tool that cannot be started was counted as started.");
            foreach (WireConnection guest in guests)
            {
                guest.Dispose();
            }
        }

        private void AskAll(WireConnection[] guests, ToolMisbehaviour misbehaviour, int times)
        {
            _processors.Wait();
            try
            {
                Task.WaitAll([.. guests.Select(guest => OnThread(() =>
                {
                    for (int i = 0; i < times; i++)
                    {
                        misbehaviour.MustShow(guest);
                    }
                }))]);
            }
            finally
            {
                _processors.Release();
            }
        }

        private static Task OnThread(Action action) =>
            Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        private static void MustLeaveNothing(World world, ProcessFootprint before)
        {
            ProcessFootprint after = before;
            IReadOnlyList<int> processes = [];
            try
            {
                Eventually.Holds("the agent is as before", () =>
                {
                    after = world.Agent.Footprint;
                    processes = ProcessFootprint.RunningIn(world.Host.Directory);
                    return after.Descriptors == before.Descriptors && after.Threads <= before.Threads && after.Children == 0 && processes.Count == 1;
                });
            }
            catch (TimeoutException)
            {
                Assert.Fail($"Before: {before}; after: {after}; processes in the host's directory, the agent's own among them: {string.Join(' ', processes)}.");
            }
        }

        private static long ToolsStarted(WireConnection guest) => guest.Call("agent/status").Result!["counters"]!["toolsStarted"]!.GetValue<long>();
    }
}
