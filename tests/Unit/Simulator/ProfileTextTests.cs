using System;
using System.Collections.Generic;
using System.Linq;
using EsxAgent.Simulator.Profiles;
using Xunit;

namespace EsxAgent.Tests.Simulator;

public sealed class ProfileTextTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Theory]
    [InlineData("$(n)", "7")]
    [InlineData("a $(name) b", "a web$(n) b")]
    [InlineData("$(n+3*2)", "13")]
    [InlineData("$(100-n*10-5)", "25")]
    [InlineData("$(2*n-n*3+1)", "-6")]
    [InlineData("$(20-n/2*3+9%4)", "12")]
    [InlineData("$(twice-1)", "13")]
    [InlineData("$(n*16:x4)", "0070")]
    [InlineData("$(n/2%2)", "1")]
    [InlineData("plain", "plain")]
    public void Variables_and_sums_are_replaced(string text, string expected)
    {
        var variables = new Dictionary<string, string> { ["n"] = "7", ["name"] = "web$(n)" };
        var settings = new Dictionary<string, string> { ["twice"] = "$(n*2)", ["n"] = "hidden" };

        Assert.Equal(expected, new VariableText(variables, settings).Expand(text));
    }

    [Theory]
    [InlineData("$(unknown)")]
    [InlineData("$(1+)")]
    [InlineData("$(1/0)")]
    [InlineData("$(7%0)")]
    [InlineData("$(1")]
    [InlineData("$(loop)")]
    public void A_wrong_expression_is_an_error(string text) => Assert.Throws<FormatException>(
        () => new VariableText(Nothing, new Dictionary<string, string> { ["loop"] = "$(loop)" }).Expand(text));

    [Fact]
    public void A_later_text_replaces_sections_and_takes_nodes_away()
    {
        var reader = new ProfileReader();
        reader.Read("@set x 1\n@leaf /a\nold\n@leaf /b\nkept  ¶\n\n@leaf /c\ngone\n");
        reader.Read("@# a comment\n@set x 2\n@error /a\nnew\n@without /c\n");

        Assert.Equal("2", reader.Settings["x"]);
        Assert.Equal(
            [(VsiNodeKind.Error, "/a", "new\n"), (VsiNodeKind.Leaf, "/b", "kept  \n")],
            reader.Sections.Select(section => (section.Kind, section.Path, section.Body)));
    }

    [Fact]
    public void A_loop_makes_a_node_a_round()
    {
        var reader = new ProfileReader();
        reader.Read("@leaf /x/$(a)/$(b) for a=0..1, b=2..3\n$(a)$(b)\n");

        ProfileSection section = Assert.Single(reader.Sections);
        Assert.Equal([new ProfileLoop("a", "0", "1"), new ProfileLoop("b", "2", "3")], section.Loops);
    }

    [Theory]
    [InlineData("@leef /a\n")]
    [InlineData("@leaf /a for i\n")]
    public void A_wrong_directive_is_an_error(string text) => Assert.Throws<FormatException>(() => new ProfileReader().Read(text));
}
