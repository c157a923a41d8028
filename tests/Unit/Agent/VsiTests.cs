using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary><c>vsi/list</c> and <c>vsi/get</c>, over the wire.</summary>
public sealed class VsiTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    [Fact]
    public void Children_come_in_natural_order_whatever_order_the_tool_has()
    {
        using World world = World.Start(prepare: host =>
        {
            foreach (string name in new[] { "vmnic10", "vmnic2", "vmnic1", "vmnic02", "a", "B", "2098420", "999" })
            {
                Directory.CreateDirectory(host.NodePath($"/net/order/{name}"));
            }

            File.WriteAllText(host.NodePath("/net/order/leaf"), "1\n");
        });
        using WireConnection guest = world.Guest();

        List<JsonNode> children = guest.Stream("vsi/list", """{"path":"/net/order"}""");

        Assert.Equal(["999", "2098420", "B", "a", "leaf", "vmnic1", "vmnic02", "vmnic2", "vmnic10"], children.Members("name"));
        Assert.Equal(["leaf"], children.Where(child => !child["isDirectory"]!.GetValue<bool>()).Members("name"));
    }

    [Fact]
    public void A_large_directory_comes_in_batches_or_pages_that_are_the_same()
    {
        string[] names = [.. Enumerable.Range(0, 4000).Select(i => $"node-with-a-long-name-{i.ToString(CultureInfo.InvariantCulture)}")];
        using World world = World.Start(prepare: host =>
        {
            Directory.CreateDirectory(host.NodePath("/wide"));
            Array.ForEach(names, name => File.WriteAllText(host.NodePath($"/wide/{name}"), "1\n"));
        });
        using WireConnection guest = world.Guest();

        Assert.Equal(names, guest.Stream("vsi/list", """{"path":"/wide"}""").Members("name"));
        Assert.True(guest.Notifications.Count > 1, "All came in one batch.");
        guest.Notifications.Clear();
        Assert.Equal(names, guest.Pages("vsi/list", """{"path":"/wide"}""", out int pages).Members("name"));
        Assert.True(pages > 1, "All came in one page.");
    }

    [Fact]
    public void A_page_goes_on_behind_a_child_that_vanished_meanwhile()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();

        JsonNode page = guest.Call("vsi/list", """{"path":"/system/heaps","cursor":"netZZZ"}""").Result!;

        Assert.Equal(["vmfs3", "vmkernel-main"], page["items"]!.AsArray().Select(item => item!["name"]!.GetValue<string>()));
    }

    [Fact]
    public void A_leaf_has_its_raw_text_and_its_value()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        string text = File.ReadAllText(world.Host.NodePath("/system/heaps/netGPHeap/stats"));

        JsonNode leaf = guest.Call("vsi/get", """{"path":"/system/heaps/netGPHeap/stats"}""").Result!;

        Assert.Equal("/system/heaps/netGPHeap/stats", leaf["path"]!.GetValue<string>());
        Assert.Equal(text, leaf["text"]!.GetValue<string>());
        VsiStructValue value = Assert.IsType<VsiStructValue>(leaf["value"].Deserialize(ProtocolJson.Default.VsiValue));
        Assert.Equal("Heap stats", value.Title);
        Assert.Equal(new VsiMember("physical contiguity", new VsiLabelValue(2, "Physically Contiguous, Low Memory", "Heap_PhysContigType")), value.Members[2]);
    }

    [Fact]
    public void Bytes_that_are_no_text_do_no_harm()
    {
        using World world = World.Start(prepare: host => File.WriteAllBytes(host.NodePath("/system/odd"), [(byte)'a', 0xff, 0, (byte)'"', (byte)'\n']));
        using WireConnection guest = world.Guest();

        Assert.Equal("a\ufffd\0\"\n", guest.Call("vsi/get", """{"path":"/system/odd"}""").Result!["text"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("vsi/get", "/hardware/ipmi/fru/1", "ToolFailed", -32030, "Not supported")]
    [InlineData("vsi/get", "/world/2098420/name", "VsiNodeNotFound", -32020, "Not found")]
    [InlineData("vsi/get", "/world/2098420", "VsiNodeNotFound", -32020, "Not found")]
    [InlineData("vsi/get", "/no/such/node", "VsiNodeNotFound", -32020, "Extraneous")]
    [InlineData("vsi/get", "/hardware", "VsiNodeNotFound", -32020, "mal-formed")]
    [InlineData("vsi/list", "/hardware/cpu/cpuInfo", "VsiNodeNotFound", -32020, "mal-formed")]
    [InlineData("vsi/list", "/no", "VsiNodeNotFound", -32020, "Extraneous")]
    public void What_the_host_does_not_have_is_told_in_its_own_words(string method, string path, string kind, int code, string words)
    {
        using World world = World.Start(prepare: host => File.AppendAllText(host.NodePath("/world/.order"), "\n2098420\n"));
        using WireConnection guest = world.Guest();

        WireMessage answer = guest.Call(method, $$"""{"path":"{{path}}"}""").MustFail(kind, code);

        Assert.Contains(words, answer.Json["error"]!["data"]!["toolError"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(path, answer.Json["error"]!["data"]!["target"]!.GetValue<string>());
        Assert.Contains(path, answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "is missing")]
    [InlineData("""{"path":""}""", "begins with '/'")]
    [InlineData("""{"path":"hardware"}""", "begins with '/'")]
    [InlineData("""{"path":"//"}""", "must hold names")]
    [InlineData("""{"path":"/hardware/"}""", "must hold names")]
    [InlineData("""{"path":"/hardware/../vm"}""", "must hold names")]
    [InlineData("""{"path":"/./vm"}""", "must hold names")]
    [InlineData("""{"path":"/a b"}""", "must hold names")]
    [InlineData("""{"path":"/a;b"}""", "must hold names")]
    [InlineData("""{"path":"/a\nb"}""", "must hold names")]
    [InlineData("""{"path":"/é"}""", "must hold names")]
    [InlineData("""{"path":"/-e get"}""", "must hold names")]
    [InlineData("""{"path":7}""", "must be a text")]
    public void A_path_that_breaks_the_rule_never_reaches_the_tool(string parameters, string rule)
    {
        using WireConnection guest = shared.World.Guest();
        foreach (string method in new[] { "vsi/list", "vsi/get", "vsi/walk" })
        {
            WireMessage answer = guest.Call(method, parameters).MustFail("InvalidParams", -32602);

            Assert.Contains("'path'", answer.ErrorMessage, StringComparison.Ordinal);
            Assert.Contains(rule, answer.ErrorMessage, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_path_may_have_32_names_of_128_characters()
    {
        string longest = string.Concat(Enumerable.Repeat("/" + new string('x', 128), 32));
        using World world = World.Start();
        using WireConnection guest = world.Guest();

        guest.Call("vsi/get", $$"""{"path":"{{longest}}"}""").MustFail("VsiNodeNotFound", -32020);
        guest.Call("vsi/get", $$"""{"path":"{{longest}}/x"}""").MustFail("InvalidParams", -32602);
        guest.Call("vsi/get", $$"""{"path":"{{longest}}x"}""").MustFail("InvalidParams", -32602);
    }

    [Fact]
    public void A_node_larger_than_an_answer_may_be_is_refused_and_the_largest_one_is_answered()
    {
        using World world = World.Start(prepare: host =>
        {
            File.WriteAllText(host.NodePath("/system/large"), new string('\u0001', 256 << 10));
            File.WriteAllText(host.NodePath("/system/larger"), new string('x', (256 << 10) + 1));
        });
        using WireConnection guest = world.Guest();

        Assert.Equal(256 << 10, guest.Call("vsi/get", """{"path":"/system/large"}""").Result!["text"]!.GetValue<string>().Length);
        guest.Call("vsi/get", """{"path":"/system/larger"}""").MustFail("SizeOutOfRange", -32025);
    }

    [Fact]
    public void Prefixes_open_a_part_of_the_tree_and_show_the_way_to_it()
    {
        using World world = World.Start(prepare: host => host.SetPolicy(
            """{"version":1,"groups":[{"name":"default","methods":["vsi/*"],"vsi":["/hardware/cpu","/system/version","/system/heaps/vmfs3"]}]}"""));
        using WireConnection guest = world.Guest();

        Assert.Equal(["hardware", "system"], guest.Stream("vsi/list", """{"path":"/"}""").Members("name"));
        Assert.Equal(["heaps", "version"], guest.Stream("vsi/list", """{"path":"/system"}""").Members("name"));
        Assert.Equal(["vmfs3"], guest.Stream("vsi/list", """{"path":"/system/heaps"}""").Members("name"));
        Assert.Equal(["stats"], guest.Stream("vsi/list", """{"path":"/system/heaps/vmfs3"}""").Members("name"));
        Assert.NotNull(guest.Call("vsi/get", """{"path":"/system/version"}""").Result);

        (string Method, string Path)[] closed =
            [("vsi/list", "/memory"), ("vsi/get", "/memory/memInfo"), ("vsi/get", "/system"), ("vsi/list", "/no"), ("vsi/walk", "/system/heaps/vmkernel-main")];
        foreach ((string method, string path) in closed)
        {
            WireMessage answer = guest.Call(method, $$"""{"path":"{{path}}"}""").MustFail("AccessDenied", -32010);
            Assert.Contains(path, answer.ErrorMessage, StringComparison.Ordinal);
            Assert.Contains("'vsi'", answer.ErrorMessage, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_group_without_prefixes_reads_nothing()
    {
        using World world = World.Start(prepare: host => host.SetPolicy("""{"version":1,"groups":[{"name":"default","methods":["*"]}]}"""));
        using WireConnection guest = world.Guest();

        guest.Call("vsi/list", """{"path":"/"}""").MustFail("AccessDenied", -32010);
        guest.Call("vsi/walk", """{"path":"/"}""").MustFail("AccessDenied", -32010);
        guest.Call("vsi/watch", """{"path":"/","paths":["/system/version"],"intervalMs":100,"partialResultToken":"t"}""").MustFail("AccessDenied", -32010);
    }

    [Fact]
    public void Without_a_policy_the_hardware_is_open_and_other_machines_are_not()
    {
        using World world = World.Start(prepare: host => File.Delete(host.PolicyPath));
        using WireConnection guest = world.Guest();

        Assert.Equal(["hardware", "power", "system"], guest.Stream("vsi/list", """{"path":"/"}""").Members("name"));
        Assert.NotNull(guest.Call("vsi/get", """{"path":"/hardware/cpu/cpuInfo"}""").Result);
        guest.Call("vsi/get", $$"""{"path":"{{world.Machine(1).GroupInfoNode}}"}""").MustFail("AccessDenied", -32010);
    }

    [Fact]
    public void The_handshake_says_that_vsish_can_be_read_where_the_tool_is_there()
    {
        using World world = World.Start();
        using WireConnection guest = world.Connect();

        Assert.Contains("vsi", guest.Initialize().Result!["capabilities"]!.AsArray().Select(name => name!.GetValue<string>()));
    }
}
