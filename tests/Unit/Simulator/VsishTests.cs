using System;
using System.IO;
using Xunit;

namespace EsxAgent.Tests.Simulator;

public sealed class VsishTests
{
    [Fact]
    public void Vsish_prints_a_leaf_byte_by_byte()
    {
        using var host = new SimulatedHost();
        byte[] odd = [0x31, 0x20, 0xff, 0x00, 0x0a];
        File.WriteAllBytes(host["vsi/odd"], odd);

        Assert.Equal(odd, host.Run("vsish -e get /odd").Bytes);
        Assert.Equal(odd, host.Run("vsish -e cat /odd").Bytes);
        Assert.Equal(odd, host.Run("vsish -e get odd").Bytes);
    }

    [Fact]
    public void Vsish_lists_in_the_order_of_the_order_file_then_sorted()
    {
        using var host = new SimulatedHost();
        host.Write("vsi/d/b", "1\n");
        host.Write("vsi/d/a", "1\n");
        host.Write("vsi/d/c/x", "1\n");
        host.Write("vsi/d/e.error", "no\n");
        host.Write("vsi/d/.order", "c\nb\n");

        Assert.Equal(["c/", "b", "a", "e"], host.List("/d"));
    }

    [Fact]
    public void Vsish_lists_a_vanished_node_but_cannot_get_it()
    {
        using var host = new SimulatedHost();
        host.Write("vsi/d/.order", "gone\nalso/\n");

        Assert.Equal(["gone", "also/"], host.List("/d"));
        foreach (string node in new[] { "/d/gone", "/d/also", "/d/also/name" })
        {
            ToolResult result = host.Run("vsish", ["-e", "get", node]);
            Assert.Equal((1, "", "VSISHCmdGetInt():Get failed: Not found\n"), (result.Status, result.Output, result.Error));
        }
    }

    [Fact]
    public void Vsish_prints_the_error_of_a_leaf_that_fails()
    {
        using var host = new SimulatedHost();
        ToolResult result = host.Run("vsish -e get /hardware/ipmi/fru/1");

        Assert.Equal((1, "", "VSISHCmdGetInt():Get failed: Not supported\n"), (result.Status, result.Output, result.Error));
        Assert.Equal(["1"], host.List("/hardware/ipmi/fru"));
    }

    [Fact]
    public void An_error_file_beside_a_leaf_is_a_banner()
    {
        using var host = new SimulatedHost();
        host.Write("vsi/x", "5\n");
        host.Write("vsi/x.error", "main():a warning\n");
        ToolResult result = host.Run("vsish -e get /x");

        Assert.Equal((0, "5\n", "main():a warning\n"), (result.Status, result.Output, result.Error));
        Assert.Contains("x", host.List("/"));
    }

    [Theory]
    [InlineData("/nope")]
    [InlineData("/memory/nope/x")]
    [InlineData("/memory/comprehensive/x")]
    public void An_unknown_component_is_named(string node)
    {
        using var host = new SimulatedHost();
        ToolResult result = host.Run("vsish", ["-e", "get", node]);

        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Matches(@"^VSISHPath_Form\(\):Extraneous '(nope|x)' in path\.\nVSISHCmdGetInt\(\):mal-formed path\n$", result.Error);
    }

    [Theory]
    [InlineData("/../host.json")]
    [InlineData("/memory/../../host.json")]
    [InlineData("/./memory/comprehensive")]
    [InlineData("/world/.order")]
    [InlineData("/hardware/ipmi/fru/1.error")]
    [InlineData("/memory/comprehensive\0")]
    [InlineData("/")]
    [InlineData("/memory")]
    public void What_is_no_path_of_a_leaf_is_refused(string node)
    {
        using var host = new SimulatedHost();
        ToolResult result = host.Run("vsish", ["-e", "get", node]);

        Assert.Equal((1, "", "VSISHCmdGetInt():mal-formed path\n"), (result.Status, result.Output, result.Error));
    }

    [Fact]
    public void A_very_long_name_is_refused_and_does_not_break()
    {
        using var host = new SimulatedHost();

        Assert.Equal(1, host.Run("vsish", ["-e", "get", "/" + new string('x', 300)]).Status);
        Assert.Equal(1, host.Run("vsish", ["-e", "get", string.Concat(System.Linq.Enumerable.Repeat("/abcdefgh", 2000))]).Status);
    }

    [Fact]
    public void A_link_out_of_the_tree_is_not_followed()
    {
        using var host = new SimulatedHost();
        File.CreateSymbolicLink(host["vsi/out"], host["host.json"]);
        Directory.CreateSymbolicLink(host["vsi/up"], host.Host.Root);
        File.CreateSymbolicLink(host["vsi/inside"], "memory/comprehensive");

        Assert.Equal(1, host.Run("vsish -e get /out").Status);
        Assert.Equal(1, host.Run("vsish -e get /up/host.json").Status);
        Assert.Equal(1, host.Run("vsish -e ls /up").Status);
        Assert.Equal(host.Get("/memory/comprehensive"), host.Get("/inside"));
    }

    [Theory]
    [InlineData("-p -e get /x", "invalid option")]
    [InlineData("-r", "invalid option")]
    [InlineData("get /x", "usage")]
    [InlineData("-e", "usage")]
    [InlineData("-e get", "missing path")]
    [InlineData("-e zap /x", "unknown command")]
    [InlineData("-e set /config/Mem/intOpts/ShareScanTime 5", "Set failed: Permission denied")]
    public void What_vsish_does_not_do_is_an_error(string arguments, string expected)
    {
        using var host = new SimulatedHost();
        ToolResult result = host.Run("vsish " + arguments);

        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }
}
