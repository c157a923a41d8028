using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary><c>vsi/watch</c>, over the wire.</summary>
public sealed class VsiWatchTests
{
    private const string Version = "/system/version";
    private const string Threads = "/hardware/cpu/threadCount";

    [Fact]
    public void The_first_sample_has_every_path_and_the_later_ones_what_has_changed()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        DateTime before = DateTime.UtcNow;
        string id = Watch(guest, 100, Version, Threads);

        List<JsonNode> first = Samples(guest, 2);
        Assert.Equal([Version, Threads], first.Members("path"));
        Assert.Equal(32, first[1]["value"]!.GetValue<int>());
        Assert.All(first, sample => Assert.Null(sample["lost"]));

        Assert.True(guest.IsSilentFor(TimeSpan.FromMilliseconds(400)), "Samples came although nothing has changed.");
        world.Host.EditNode(Threads, _ => "33\n");
        JsonNode second = Samples(guest, 1).Single();

        Assert.Equal((Threads, 33), (second["path"]!.GetValue<string>(), second["value"]!.GetValue<int>()));
        DateTime time = second["time"]!.GetValue<DateTime>();
        Assert.True(time.Kind == DateTimeKind.Utc && time >= before && time <= DateTime.UtcNow, $"The sample's time is {time:O}.");

        Cancel(guest, id).MustFail("RequestCancelled", -32800);
        world.Host.EditNode(Threads, _ => "34\n");
        Assert.True(guest.IsSilentFor(TimeSpan.FromMilliseconds(300)), "Samples came after the end.");
    }

    [Fact]
    public void A_leaf_that_goes_and_comes_is_an_error_and_a_value()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        string id = Watch(guest, 100, "/hardware/ipmi/fru/1", Threads);
        List<JsonNode> first = Samples(guest, 2);
        Assert.Equal("ToolFailed", first[0]["error"]!["kind"]!.GetValue<string>());
        Assert.Null(first[0]["value"]);

        File.Move(world.Host.NodePath(Threads), world.Host.NodePath(Threads) + "-away");
        Assert.Equal("VsiNodeNotFound", Samples(guest, 1)[0]["error"]!["kind"]!.GetValue<string>());
        File.Move(world.Host.NodePath(Threads) + "-away", world.Host.NodePath(Threads));
        Assert.Equal(32, Samples(guest, 1)[0]["value"]!.GetValue<int>());
        Cancel(guest, id).MustFail("RequestCancelled", -32800);
    }

    [Fact]
    public void A_slow_reader_loses_samples_that_are_counted_and_has_the_newest_in_the_end()
    {
        const int Count = 8;
        string[] paths = [.. Enumerable.Range(0, Count).Select(i => $"/big/n{i}")];
        using World world = World.Start(prepare: host =>
        {
            Directory.CreateDirectory(host.NodePath("/big"));
            Array.ForEach(paths, path => File.WriteAllText(host.NodePath(path), Large(0)));
        });
        using WireConnection guest = world.Guest();
        using WireConnection sameVm = world.Guest();
        using Bystander aside = world.WatchFromAside();
        string id = Watch(guest, 100, paths);
        var held = new Dictionary<string, string>();
        long lost = 0;
        Take(Samples(guest, Count));

        const int Rounds = 30;
        int sampled = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            int number = round;
            Array.ForEach(paths, path => world.Host.EditNode(path, _ => Large(number)));
            sampled += Count;
            Thread.Sleep(150);
        }

        // Nothing was read meanwhile: far more than a socket holds was sampled.
        Assert.NotNull(sameVm.Call("vm/self").Result);
        aside.MustHaveNoticedNothing();
        Eventually.Holds("the newest value of each leaf arrives", () =>
        {
            Take(Samples(guest, 1));
            return held.Count == Count && held.Values.All(value => value == Large(Rounds).Trim());
        });

        Assert.True(lost > 0, $"No sample was said to be lost of about {sampled}.");
        Cancel(guest, id).MustFail("RequestCancelled", -32800);

        void Take(List<JsonNode> samples)
        {
            foreach (JsonNode sample in samples)
            {
                held[sample["path"]!.GetValue<string>()] = sample["value"]!.GetValue<string>();
                lost += sample["lost"]?.GetValue<long>() ?? 0;
            }
        }
    }

    [Fact]
    public void A_watch_outlives_the_time_of_other_requests_only_where_none_is_given()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        string id = guest.StartCall("vsi/watch", Parameters(100, [Threads], ",\"timeoutMs\":700"));

        WireMessage answer = guest.ReceiveAnswer(id);

        answer.MustFail("DeadlineExceeded", -32001);
        Assert.NotEmpty(guest.Notifications);
    }

    [Fact]
    public void The_policy_is_asked_at_every_sample()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        string id = Watch(guest, 100, Threads);
        Samples(guest, 1);

        world.Host.SetPolicy("""{"version":1,"groups":[{"name":"default","methods":["vsi/*"],"vsi":["/system"]}]}""");

        Assert.Contains(Threads, guest.ReceiveAnswer(id).MustFail("AccessDenied", -32010).ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"paths":["/system/version"],"partialResultToken":"t"}""", "intervalMs")]
    [InlineData("""{"paths":["/system/version"],"intervalMs":99,"partialResultToken":"t"}""", "intervalMs")]
    [InlineData("""{"paths":["/system/version"],"intervalMs":3600001,"partialResultToken":"t"}""", "intervalMs")]
    [InlineData("""{"paths":[],"intervalMs":100,"partialResultToken":"t"}""", "paths")]
    [InlineData("""{"intervalMs":100,"partialResultToken":"t"}""", "paths")]
    [InlineData("""{"paths":"/system/version","intervalMs":100,"partialResultToken":"t"}""", "paths")]
    [InlineData("""{"paths":[1],"intervalMs":100,"partialResultToken":"t"}""", "paths")]
    [InlineData("""{"paths":["/a b"],"intervalMs":100,"partialResultToken":"t"}""", "paths")]
    [InlineData("""{"paths":["/system/version"],"intervalMs":100}""", "partialResultToken")]
    public void A_parameter_that_breaks_a_rule_is_named(string parameters, string name)
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();

        Assert.Contains($"'{name}'", guest.Call("vsi/watch", parameters).MustFail("InvalidParams", -32602).ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_watch_has_at_most_64_paths_and_a_VM_four_watches()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        string[] ids = [.. Enumerable.Range(0, 4).Select(_ => Watch(guest, 3_600_000, [.. Enumerable.Repeat(Threads, 64)]))];

        guest.Call("vsi/watch", Parameters(100, [.. Enumerable.Repeat(Threads, 65)])).MustFail("InvalidParams", -32602);
        Assert.Contains("4 watches", guest.Call("vsi/watch", Parameters(100, [Threads])).MustFail("TooBusy", -32040).ErrorMessage, StringComparison.Ordinal);
        Cancel(guest, ids[0]).MustFail("RequestCancelled", -32800);
        string another = Watch(guest, 100, Version);
        Eventually.Holds("the place of the cancelled watch is taken", () => guest.Notifications.Concat([guest.Receive()])
            .SelectMany(Listings.ItemsOf).Any(sample => sample["path"]!.GetValue<string>() == Version));
        Cancel(guest, another).MustFail("RequestCancelled", -32800);
    }

    [Fact]
    public void Many_watches_hold_no_threads_and_leave_nothing_behind()
    {
        using World world = World.Start();
        WireConnection[] guests = [.. Enumerable.Range(0, 4).Select(i => world.Guest(i % 2))];
        ProcessFootprint before = world.Agent.Footprint;
        foreach (WireConnection guest in guests)
        {
            Watch(guest, 10_000, Threads);
            Samples(guest, 1);
        }

        Eventually.Holds("no worker waits for the next sample", () => world.Agent.Footprint.Threads <= before.Threads + 1);
        Array.ForEach(guests, guest => guest.Dispose());

        // The long-lived vsish stays for a while, for whoever asks next.
        const int OfShell = 5;
        Eventually.Holds("nothing of the watches is left", () => world.Agent.Footprint.Descriptors <= before.Descriptors - guests.Length + OfShell);
    }

    [Fact]
    public void An_agent_that_is_told_to_end_does_not_wait_for_a_watch()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        string id = Watch(guest, 3_600_000, Threads);
        Samples(guest, 1);

        world.Agent.Terminate();

        guest.ReceiveAnswer(id).MustFail("ShuttingDown", -32041);
        Assert.Equal(0, world.Agent.Wait(TimeSpan.FromSeconds(10)));
    }

    private static string Large(int number) => $"{number} {new string((char)('a' + (number % 26)), 60_000)}\n";

    private static string Parameters(int intervalMs, string[] paths, string more = "") =>
        $$"""{"paths":["{{string.Join("\",\"", paths)}}"],"intervalMs":{{intervalMs}},"partialResultToken":"w"{{more}}}""";

    private static string Watch(WireConnection guest, int intervalMs, params string[] paths) => guest.StartCall("vsi/watch", Parameters(intervalMs, paths));

    /// <summary>Receives batches until so many samples came.</summary>
    private static List<JsonNode> Samples(WireConnection guest, int count)
    {
        var samples = new List<JsonNode>();
        while (samples.Count < count)
        {
            samples.AddRange(Listings.ItemsOf(guest.Receive()));
        }

        return samples;
    }

    private static WireMessage Cancel(WireConnection guest, string id)
    {
        guest.SendFrame($$$"""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{{{id}}}}}""");
        return guest.ReceiveAnswer(id);
    }
}
