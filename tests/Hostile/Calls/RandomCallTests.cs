using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Hostile;

/// <summary>
/// Random calls over every method, good ones and bad ones: each is answered as its method may answer, and the agent keeps nothing of them. Thirty thousand calls
/// where nothing else is said; <c>ESXAGENT_TEST_CALLS=1000000</c> makes a million, in about a quarter of an hour.
/// </summary>
public sealed class RandomCallTests(ITestOutputHelper output)
{
    private const int Guests = 6;
    private const int Tenths = 10;
    private const int Seed = 20_260_101;
    private const long MostGrowth = 64 << 10;

    /// <summary>The agent remembers the ids of so many changes by design; they must be there before anything is measured.</summary>
    private const int RememberedChanges = 4_200;

    private static readonly int s_calls = int.Parse(Environment.GetEnvironmentVariable("ESXAGENT_TEST_CALLS") ?? "30000", CultureInfo.InvariantCulture);

    [Fact]
    public void Every_method_is_called() =>
        Assert.Equal(CallTable.Names.Except(CallTable.NotAsked).Order(StringComparer.Ordinal), CallTable.All.Select(call => call.Method).Order(StringComparer.Ordinal));

    [Fact]
    public void No_call_has_an_answer_that_is_not_expected_and_the_agent_keeps_nothing_of_them()
    {
        using World world = World.Start(machines: ["web01"], datastores: ["datastore1=20GB"], prepare: host => host.SetPolicy(Policies.AllowEverything(null, 1_000_000)));
        RandomGuest[] guests = [.. Enumerable.Range(0, Guests).Select(i => new RandomGuest(world, Seed + i))];
        Remember(world);
        var memory = new List<long>();
        for (int i = 0; i < Tenths; i++)
        {
            long started = Stopwatch.GetTimestamp();
            Thread[] threads = [.. guests.Select(guest => guest.Begin(s_calls / Tenths / Guests))];
            Array.ForEach(threads, thread => thread.Join());
            double took = Stopwatch.GetElapsedTime(started).TotalSeconds;
            memory.Add(AgentMemory.InAQuietMoment(world.Agent).PrivateBytes);
            output.WriteLine($"{i + 1} of {Tenths}: {took:0.0} s, {memory[^1] >> 10} KiB");
            string[] unexpected = [.. guests.SelectMany(guest => guest.Unexpected)];
            Assert.True(unexpected.Length == 0, string.Join('\n', unexpected));
        }

        foreach (IGrouping<string, KeyValuePair<string, int>> answer in guests.SelectMany(guest => guest.Answers).GroupBy(answer => answer.Key).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{answer.Key} {answer.Sum(one => one.Value)}");
        }

        Assert.True(memory[^1] - memory[0] <= MostGrowth, $"the agent holds {(memory[^1] - memory[0]) >> 10} KiB more after the last tenth than after the first");
    }

    /// <summary>Uses up as many operation ids, for changes of a volume that is not there.</summary>
    private static void Remember(World world)
    {
        using WireConnection guest = world.Guest();
        for (int i = 0; i < RememberedChanges; i++)
        {
            guest.Call("volume/update", $$"""{"operationId":"{{i:x16}}-{{i:x16}}","name":"none"}""").MustFail("VolumeNotFound", -32020);
        }
    }
}
