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

/// <summary><c>vsi/walk</c>, over the wire.</summary>
public sealed class VsiWalkTests
{
    /// <summary>Longest names and a text of some kilobytes: few of them fill a socket.</summary>
    private const int Wide = 1_000;

    [Fact]
    public void A_walk_brings_every_node_once_depth_first_with_the_node_itself_before_all()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();

        List<JsonNode> nodes = guest.Stream("vsi/walk", """{"path":"/system"}""");

        Assert.Equal(
            [
                "/system", "/system/bootCmdLine", "/system/heaps", "/system/heaps/netGPHeap", "/system/heaps/netGPHeap/stats", "/system/heaps/vmfs3",
                "/system/heaps/vmfs3/stats", "/system/heaps/vmkernel-main", "/system/heaps/vmkernel-main/stats", "/system/security",
                "/system/security/secureBoot", "/system/version",
            ],
            nodes.Members("path"));
        Assert.Equal(
            ["/system", "/system/heaps", "/system/heaps/netGPHeap", "/system/heaps/vmfs3", "/system/heaps/vmkernel-main", "/system/security"],
            Directories(nodes));
        Assert.All(nodes, node => Assert.Null(node["value"]));
    }

    [Theory]
    [InlineData("6.7")]
    [InlineData("7.0")]
    [InlineData("8.0")]
    public void A_walk_with_leaves_brings_what_each_of_them_says_by_itself(string profile)
    {
        using World world = World.Start(profile);
        using WireConnection guest = world.Guest();

        List<JsonNode> nodes = guest.Stream("vsi/walk", """{"path":"/","leaves":true}""");

        string root = world.Host.NodePath("/");
        IEnumerable<string> files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != ".order");
        Assert.Equal(
            files.Select(file => file[root.Length..].Replace(".error", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            nodes.Where(node => !node["isDirectory"]!.GetValue<bool>()).Members("path").Order(StringComparer.Ordinal));
        foreach (JsonNode node in nodes.Where(node => !node["isDirectory"]!.GetValue<bool>()))
        {
            WireMessage alone = guest.Call("vsi/get", $$"""{"path":"{{node["path"]}}"}""");
            if (alone.ErrorKind is null)
            {
                Assert.Equal(alone.Result!["text"]!.ToJsonString(), node["text"]!.ToJsonString());
                Assert.Equal(alone.Result["value"]!.ToJsonString(), node["value"]!.ToJsonString());
            }
            else
            {
                JsonNode error = node["error"]!;
                Assert.Equal(alone.ErrorKind, error["kind"]!.GetValue<string>());
                Assert.Equal(alone.ErrorMessage, error["message"]!.GetValue<string>());
                Assert.Equal(alone.Json["error"]!["data"]!["toolError"]!.ToJsonString(), error["toolError"]!.ToJsonString());
            }
        }
    }

    [Fact]
    public void Depth_bounds_how_far_a_walk_goes()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();

        Assert.Equal(["/power"], guest.Stream("vsi/walk", """{"path":"/power","depth":0}""").Members("path"));
        Assert.Equal(["/power/pstates"], guest.Stream("vsi/walk", """{"path":"/power/pstates","depth":0}""").Members("path"));
        Assert.Equal(
            ["/system", "/system/bootCmdLine", "/system/heaps", "/system/security", "/system/version"],
            guest.Stream("vsi/walk", """{"path":"/system","depth":1}""").Members("path"));
    }

    [Fact]
    public void Pages_of_any_size_are_together_the_whole_walk()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        string[] whole = guest.Stream("vsi/walk", """{"path":"/"}""").Members("path");

        foreach (int size in new[] { 1, 7, 100_000 })
        {
            guest.Notifications.Clear();
            string[] pages = guest.Pages("vsi/walk", $$"""{"path":"/","maxNodes":{{(size == 1 ? 13 : size)}}}""", out int count).Members("path");
            Assert.Equal(whole, pages);
            Assert.True(size > 13 || count > 10, $"{count} pages came.");
        }

        guest.Notifications.Clear();
        Assert.Equal(whole, guest.Pages("vsi/walk", """{"path":"/","maxBytes":3000}""", out _).Members("path"));
    }

    [Fact]
    public void A_limit_cuts_a_walk_and_says_where_to_go_on()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();

        Assert.Equal(["/system", "/system/bootCmdLine"], guest.Stream("vsi/walk", """{"path":"/system","maxNodes":2}""", out string? next).Members("path"));
        Assert.Equal("/system/bootCmdLine", next);
        Assert.Equal("/system/heaps", guest.Stream("vsi/walk", Listings.With("""{"path":"/system"}""", "cursor", next!)).Members("path")[0]);
        guest.Call("vsi/walk", """{"path":"/system","cursor":"/power"}""").MustFail("InvalidParams", -32602);
        guest.Call("vsi/walk", """{"path":"/system","cursor":"/systems"}""").MustFail("InvalidParams", -32602);
    }

    [Fact]
    public void A_walk_goes_on_behind_a_directory_that_vanished_meanwhile()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();

        Assert.Equal(
            ["/system/heaps/vmfs3", "/system/heaps/vmfs3/stats", "/system/heaps/vmkernel-main"],
            guest.Stream("vsi/walk", """{"path":"/system/heaps","cursor":"/system/heaps/tcpip/stats/x"}""").Members("path")[..3]);
    }

    [Fact]
    public void A_node_that_fails_or_vanishes_or_cannot_be_named_is_an_item_and_the_others_come()
    {
        using World world = World.Start(prepare: host =>
        {
            Directory.CreateDirectory(host.NodePath("/odd/a name with blanks"));
            File.WriteAllText(host.NodePath("/odd/a name with blanks/x"), "1\n");
            File.WriteAllText(host.NodePath("/odd/.order"), "gone/\nlost\n");
            File.WriteAllText(host.NodePath("/odd/good"), "1\n");
            File.WriteAllText(host.NodePath("/odd/bad.error"), "VSISHCmdGetInt():Get failed: Not supported\n");
            File.WriteAllText(host.NodePath("/odd/large"), new string('x', 300_000));
        });
        using WireConnection guest = world.Guest();

        List<JsonNode> nodes = guest.Stream("vsi/walk", """{"path":"/odd","leaves":true}""");

        Assert.Equal(
            [
                "/odd:-", "/odd/a name with blanks:InvalidParams", "/odd/bad:ToolFailed", "/odd/gone:VsiNodeNotFound", "/odd/good:-",
                "/odd/large:SizeOutOfRange",
                "/odd/lost:VsiNodeNotFound",
            ],
            nodes.Select(node => $"{node["path"]}:{node["error"]?["kind"] ?? "-"}"));
    }

    [Fact]
    public void A_walk_from_where_nothing_is_fails()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();

        guest.Call("vsi/walk", """{"path":"/no/such"}""").MustFail("VsiNodeNotFound", -32020);
        guest.Call("vsi/walk", """{"path":"/hardware/ipmi/fru/1"}""").MustFail("ToolFailed", -32030);
        guest.Call("vsi/walk", """{"path":"/system","depth":33}""").MustFail("InvalidParams", -32602);
        guest.Call("vsi/walk", """{"path":"/system","maxNodes":0}""").MustFail("InvalidParams", -32602);
        guest.Call("vsi/walk", $$"""{"path":"/system","partialResultToken":"{{new string('t', 300)}}"}""").MustFail("InvalidParams", -32602);
    }

    [Fact]
    public void A_walk_shows_only_what_leads_to_what_may_be_read()
    {
        using World world = World.Start(prepare: host => host.SetPolicy(
            """{"version":1,"groups":[{"name":"default","methods":["vsi/*"],"vsi":["/power","/system/heaps/vmfs3","/system/version"]}]}"""));
        using WireConnection guest = world.Guest();

        Assert.Equal(
            [
                "/", "/power", "/power/currentPolicy", "/power/hardwareSupport", "/power/pstates", "/system", "/system/heaps", "/system/heaps/vmfs3",
                "/system/heaps/vmfs3/stats", "/system/version",
            ],
            guest.Stream("vsi/walk", """{"path":"/","leaves":true}""").Members("path"));
    }

    [Fact]
    public void A_cancelled_walk_ends_at_once_and_gives_its_place_back()
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.IsSlow("vsish", 50, "-e get *")));
        using WireConnection guest = world.Guest();
        for (int i = 0; i < 5; i++)
        {
            string id = guest.StartCall("vsi/walk", """{"path":"/","leaves":true,"partialResultToken":"t"}""");
            _ = guest.Receive();
            long started = Stopwatch.GetTimestamp();
            guest.SendFrame($$$"""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{{{id}}}}}""");

            guest.ReceiveAnswer(id).MustFail("RequestCancelled", -32800);
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(2), "The walk went on after it was cancelled.");
        }
    }

    [Fact]
    public void A_VM_may_have_two_walks_and_another_VM_has_its_own()
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.IsSlow("vsish", 100, "-e get *")));
        using WireConnection guest = world.Guest();
        using WireConnection other = world.Guest(1);
        guest.StartCall("vsi/walk", """{"path":"/","leaves":true,"partialResultToken":"a"}""");
        guest.StartCall("vsi/walk", """{"path":"/","leaves":true,"partialResultToken":"b"}""");
        guest.StartCall("vsi/walk", """{"path":"/","leaves":true,"partialResultToken":"c"}""");

        WireMessage refused;
        while ((refused = guest.Receive()).Method is not null)
        {
        }

        Assert.Contains("2 walks", refused.MustFail("TooBusy", -32040).ErrorMessage, StringComparison.Ordinal);
        Assert.NotNull(other.Call("vsi/walk", """{"path":"/power"}""").Result);
    }

    [Fact]
    public void A_guest_that_does_not_read_holds_no_thread_and_gets_the_rest_when_it_reads()
    {
        using World world = World.Start(prepare: host =>
        {
            Directory.CreateDirectory(host.NodePath("/wide"));
            for (int i = 0; i < Wide; i++)
            {
                File.WriteAllText(host.NodePath($"/wide/{i.ToString(CultureInfo.InvariantCulture)}"), new string('x', 3_000));
            }
        });
        using WireConnection guest = world.Guest();
        string id = guest.StartCall("vsi/walk", """{"path":"/wide","leaves":true,"partialResultToken":"t"}""");

        // So many nodes do not fit into the socket: the walk has to stand still. The long-lived vsish stays a while for the next one who asks.
        int threads = 0;
        Eventually.Holds("the walk waits without a thread of its own", () =>
        {
            Thread.Sleep(1_000);
            int before = threads;
            threads = world.Agent.Footprint.Threads;
            return before == threads && world.Agent.Footprint.Children <= 1;
        });
        using (Bystander aside = world.WatchFromAside())
        {
            aside.MustHaveNoticedNothing();
        }

        guest.ReceiveAnswer(id, TimeSpan.FromSeconds(60));
        Assert.Equal(Wide + 1, guest.Notifications.Sum(notification => Listings.ItemsOf(notification).Count()));
    }

    [Fact]
    public void The_agents_memory_does_not_grow_with_the_tree()
    {
        const int Directories = 200;
        const int Leaves = 100;
        const long Bound = 4 << 20;
        using World world = World.Start(prepare: host =>
        {
            for (int i = 0; i < Directories; i++)
            {
                string directory = host.NodePath($"/tree/directory-{i.ToString(CultureInfo.InvariantCulture)}");
                Directory.CreateDirectory(directory);
                for (int j = 0; j < Leaves; j++)
                {
                    File.WriteAllText(Path.Combine(directory, $"leaf-{j.ToString(CultureInfo.InvariantCulture)}"), "1\n");
                }
            }
        });
        using WireConnection guest = world.Guest();
        Assert.Equal(20_201, guest.Stream("vsi/walk", """{"path":"/tree"}""").Count);
        long before = PrivateBytes(world.Agent.Id);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(20_201, guest.Stream("vsi/walk", """{"path":"/tree"}""").Count);
        }

        long grown = PrivateBytes(world.Agent.Id) - before;
        Assert.True(grown < Bound, $"The agent grew by {grown} bytes with three walks over 20 201 nodes.");
        Assert.True(PrivateBytes(world.Agent.Id) < 5 * Bound, $"The agent has {PrivateBytes(world.Agent.Id)} bytes.");
    }

    private static long PrivateBytes(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static string[] Directories(IEnumerable<JsonNode> nodes) => nodes.Where(node => node["isDirectory"]!.GetValue<bool>()).Members("path");
}
