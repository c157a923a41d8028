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
/// Random calls over every method, good ones and bad ones: each is answered as its method may answer, and the agent keeps nothing of them. Thirty thousand
/// calls where nothing else is said; <c>ESXAGENT_TEST_CALLS=1000000</c> makes a million, in some minutes.
/// </summary>
public sealed class RandomCallTests(ITestOutputHelper output)
{
    private const int Guests = 6;
    private const int Tenths = 10;
    private const int Seed = 20_260_101;
    private const long MostGrowth = 64 << 10;

    /// <summary>How often it is looked again where it seems to have grown.</summary>
    private const int MoreLooks = 3;

    /// <summary>The agent remembers the ids of so many changes by design; they must be there before anything is measured.</summary>
    private const int RememberedChanges = 4_200;

    /// <summary>
    /// Calls before the first tenth: every path has been taken, every buffer has its size. By more guests than afterwards, because the C library keeps the stacks of as
    /// many threads as have ever run at once.
    /// </summary>
    private const int First = 30_000;
    private const int AtFirst = 14;

    private static readonly int s_calls = int.Parse(Environment.GetEnvironmentVariable("ESXAGENT_TEST_CALLS") ?? "30000", CultureInfo.InvariantCulture);

    [Fact]
    public void Every_method_is_called() => Assert.Equal(
        CallTable.Names.Except(CallTable.NotAsked).Order(StringComparer.Ordinal), CallTable.All.Select(call => call.Method).Order(StringComparer.Ordinal));

    [Fact]
    public void No_call_has_an_answer_that_is_not_expected_and_the_agent_keeps_nothing_of_them()
    {
        string policy = Policies.AllowEverything(null, 1_000_000);
        using World world = World.Start(machines: ["web01"], datastores: ["datastore1=20GB"], prepare: host => host.SetPolicy(policy));
        RandomGuest[] guests = [.. Enumerable.Range(0, Guests).Select(i => new RandomGuest(world, Seed + i))];
        Remember(world);
        Call([.. Enumerable.Range(0, AtFirst).Select(i => new RandomGuest(world, -Seed - i))], First);
        var memory = new List<long>();
        for (int i = 0; i < Tenths; i++)
        {
            long started = Stopwatch.GetTimestamp();
            Call(guests, s_calls / Tenths);
            output.WriteLine($"{i + 1} of {Tenths}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            if (i is 0 or Tenths - 1)
            {
                Look();
            }
        }

        // Stacks and what the C library keeps differ by a hundred kilobytes from one idle moment to the next; what the agent keeps is in each of them.
        for (int i = 0; i < MoreLooks && memory[^1] - memory[0] > MostGrowth; i++)
        {
            Call(guests, First / Tenths);
            Look();
        }

        IEnumerable<IGrouping<string, int>> answers = guests.SelectMany(guest => guest.Answers).GroupBy(answer => answer.Key, answer => answer.Value);
        foreach (IGrouping<string, int> answer in answers.OrderBy(answer => answer.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{answer.Key} {answer.Sum()}");
        }

        using WireConnection last = world.Guest();
        Assert.NotNull(last.Call("volume/create", """{"operationId":"last","name":"last","sizeBytes":1048576}""").Result);
        long growth = memory[^1] - memory[0];
        Assert.True(growth <= MostGrowth, $"the agent holds {growth >> 10} KiB more after the last tenth than after the first");

        void Look()
        {
            memory.Add(AgentMemory.InAQuietMoment(world.Agent).PrivateBytes);
            output.WriteLine($"{memory[^1] >> 10} KiB");
        }
    }

    private static void Call(RandomGuest[] guests, int calls)
    {
        Thread[] threads = [.. guests.Select(guest => guest.Begin(calls / Guests))];
        Array.ForEach(threads, thread => thread.Join());
        string[] unexpected = [.. guests.SelectMany(guest => guest.Unexpected)];
        Assert.True(unexpected.Length == 0, string.Join('\n', unexpected));
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
