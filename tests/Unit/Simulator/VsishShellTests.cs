using System;
using Xunit;

namespace EsxAgent.Tests.Simulator;

public sealed class VsishShellTests
{
    [Fact]
    public void The_prompt_shows_the_directory()
    {
        using var host = new SimulatedHost();
        ToolResult result = host.Run("vsish", "cd userworld\ncd cartel\ncd ..\ncd\n");

        Assert.Equal("/> /userworld/> /userworld/cartel/> /userworld/> /> ", result.Output);
        Assert.Equal((0, ""), (result.Status, result.Error));
    }

    [Fact]
    public void Relative_and_absolute_paths_reach_the_same_node()
    {
        using var host = new SimulatedHost();
        string value = host.Get("/memory/comprehensive");

        Assert.Equal(
            $"/> /memory/> {value}/memory/> {value}/memory/> ",
            host.Run("vsish", "cd memory\nget comprehensive\ncat /memory/comprehensive\n").Output);
    }

    [Fact]
    public void An_error_does_not_end_the_shell()
    {
        using var host = new SimulatedHost();
        ToolResult result = host.Run("vsish", "get /nope\ncd /nope\nfoo\nset /x 1\n\npwd\n");

        Assert.Equal("/> /> /> /> /> /> /\n/> ", result.Output);
        Assert.Contains("Extraneous 'nope'", result.Error, StringComparison.Ordinal);
        Assert.Contains("unknown command 'foo'", result.Error, StringComparison.Ordinal);
        Assert.Contains("Permission denied", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, result.Status);
    }

    [Theory]
    [InlineData("quit\npwd\n", "/> ")]
    [InlineData("exit\npwd\n", "/> ")]
    [InlineData("pwd", "/> /\n/> ")]
    [InlineData("", "/> ")]
    [InlineData("pwd\r\n", "/> /\n/> ")]
    public void The_shell_ends_when_it_is_told_or_input_ends(string input, string output)
    {
        using var host = new SimulatedHost();
        ToolResult result = host.Run("vsish", input);

        Assert.Equal((0, output), (result.Status, result.Output));
    }

    [Fact]
    public void Shell_and_single_calls_give_the_same_text()
    {
        using var host = new SimulatedHost();
        foreach (string node in new[] { "/hardware/bios/dmiInfo", "/net/pNics/vmnic0/stats", "/system/version" })
        {
            Assert.Equal($"/> {host.Get(node)}/> ", host.Run("vsish", $"get {node}\n").Output);
        }

        Assert.Equal($"/> {string.Join('\n', host.List("/"))}\n/> ", host.Run("vsish", "ls /\n").Output);
    }
}
