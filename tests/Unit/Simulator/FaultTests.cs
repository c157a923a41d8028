using System;
using System.IO;
using System.Linq;
using System.Text;
using EsxAgent.Simulator.Faults;
using Xunit;

namespace EsxAgent.Tests.Simulator;

public sealed class FaultTests
{
    private const string Get = "vsish -e get /system/version";

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "x", false)]
    [InlineData("-e get /memory/*", "-e get /memory/a/b", true)]
    [InlineData("-e get /memory/*", "-e get /net/a", false)]
    [InlineData("*get*b", "-e get /a/b", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a[b]", "a[b]", true)]
    [InlineData("*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void A_pattern_fits_the_whole_text(string pattern, string text, bool fits) => Assert.Equal(fits, Glob.IsMatch(pattern, text));

    [Theory]
    [InlineData("", "1, 2, 3, 4, 5")]
    [InlineData("\"nth\": 2,", "2")]
    [InlineData("\"nth\": null,", "1, 2, 3, 4, 5")]
    [InlineData("\"nth\": 2, \"count\": 3,", "2, 3, 4")]
    [InlineData("\"count\": 2,", "1, 2")]
    public void Nth_and_count_choose_the_calls(string members, string expected)
    {
        using var host = new SimulatedHost();
        host.Faults("""[{"tool": "vsish", "arguments": "-e get /system/*", MORE "fail": {}}]""".Replace("MORE", members, StringComparison.Ordinal));
        var failed = Enumerable.Range(1, 5).Where(_ =>
        {
            // Calls that do not match are not counted.
            Assert.Equal(0, host.Run("vsish -e get /power/pstates").Status);
            return host.Run(Get).Status != 0;
        });

        Assert.Equal(expected, string.Join(", ", failed));
    }

    [Fact]
    public void An_edited_fault_counts_from_the_beginning()
    {
        using var host = new SimulatedHost();
        host.Faults("""[{"nth": 2, "fail": {}}]""");
        Assert.Equal(0, host.Run(Get).Status);

        host.Faults("""[{"nth": 2, "fail": {"status": 3}}]""");
        Assert.Equal(0, host.Run(Get).Status);
        Assert.Equal(3, host.Run(Get).Status);
    }

    [Fact]
    public void Each_command_of_the_shell_counts_as_a_call()
    {
        using var host = new SimulatedHost();
        host.Faults("""[{"tool": "vsish", "arguments": "-e get /system/version", "nth": 3, "fail": {"text": "VSISHCmdGetInt():Get failed: Busy"}}]""");
        string value = host.Get("/system/version");
        ToolResult shell = host.Run("vsish", "get /system/version\ncd system\nget version\nget version\n");

        Assert.Equal("VSISHCmdGetInt():Get failed: Busy\n", shell.Error);
        Assert.Equal($"/> {value}/> /system/> /system/> {value}/system/> ", shell.Output);
        Assert.Equal(0, shell.Status);
    }

    [Fact]
    public void The_start_of_the_shell_is_hit_only_by_an_empty_pattern()
    {
        using var host = new SimulatedHost();
        host.Faults("""[{"tool": "vsish", "fail": {}}]""");
        Assert.Equal(0, host.Run("vsish", "").Status);

        host.Faults("""[{"tool": "vsish", "arguments": "", "fail": {"text": "no shell here", "status": 9}}]""");
        Assert.Equal((9, "no shell here\n"), (host.Run("vsish", "").Status, host.Run("vsish", "").Error));
    }

    [Theory]
    [InlineData("""{"code": 16392}""", "vmkfstools -P /vmfs/volumes/ssd1", "Failed to open '/vmfs/volumes/ssd1' : Failed to lock the file (16392).\n")]
    [InlineData("""{"code": 5, "text": "Failed to x: y"}""", "vmkfstools -P /a", "Failed to x: y (5).\n")]
    [InlineData("""{"code": 5, "text": "Failed to x: y (5)"}""", "vmkfstools -P /a", "Failed to x: y (5)\n")]
    [InlineData("{}", Get, "VSISHCmdGetInt():Get failed: Failure\n")]
    [InlineData("{}", "esxcli system uuid get", "Error: Failure\n")]
    public void Fail_prints_an_error_line(string settings, string call, string expected)
    {
        using var host = new SimulatedHost();
        host.Faults($"[{{\"fail\": {settings}}}]");
        ToolResult result = host.Run(call);

        Assert.Equal((1, "", expected), (result.Status, result.Output, result.Error));
    }

    [Fact]
    public void Garbage_is_no_text_and_the_same_every_time()
    {
        using var host = new SimulatedHost();
        host.Faults("""[{"garbage": {"bytes": 20000, "status": 4}}]""");
        ToolResult result = host.Run(Get);

        Assert.Equal((4, 20000), (result.Status, result.Bytes.Length));
        Assert.Throws<DecoderFallbackException>(() => new UTF8Encoding(false, true).GetString(result.Bytes));
        Assert.Equal(result.Bytes, host.Run(Get).Bytes);

        host.Faults("""[{"garbage": {"hex": "00ffC3"}}]""");
        Assert.Equal([0x00, 0xff, 0xc3], host.Run(Get).Bytes);
    }

    [Fact]
    public void Flood_prints_as_much_as_was_asked_for()
    {
        using var host = new SimulatedHost();
        host.Faults("""[{"flood": {"bytes": 3000001}}]""");

        Assert.Equal((0, 3000001), (host.Run(Get).Status, host.Run(Get).Bytes.Length));
    }

    [Fact]
    public void Slow_and_a_hang_that_ends_change_nothing_of_the_answer()
    {
        using var host = new SimulatedHost();
        string value = host.Get("/system/version");
        foreach (string action in new[]
        {
            """{"slow": {"delayMs": 1, "chunkBytes": 7}}""", """{"slow": {"delayMs": 1}}""",
            """{"hang": {"seconds": 0.01}}""", """{"hang": {"seconds": 0.01, "afterBytes": 5}}""",
        })
        {
            host.Faults($"[{action}]");
            Assert.Equal(value, host.Get("/system/version"));
        }
    }

    [Fact]
    public void A_partial_file_is_left_and_the_call_fails()
    {
        using var host = new SimulatedHost();
        host.Faults("""[{"tool": "vmkfstools", "partialFile": {"bytes": 100, "code": 13}}]""");
        ToolResult result = host.Run("vmkfstools -c 1g /vmfs/volumes/ssd1/dir/x.vmdk");

        Assert.Equal(1, result.Status);
        Assert.EndsWith("(13).\n", result.Error);
        Assert.Equal(100, new FileInfo(host["vmfs/volumes/ssd1/dir/x.vmdk"]).Length);
    }

    [Fact]
    public void A_partial_file_never_lies_outside_of_the_host()
    {
        using var host = new SimulatedHost();
        host.Faults("""[{"partialFile": {"path": "/vmfs/../../outside"}}]""");

        Assert.Equal(70, host.Run(Get).Status);
        Assert.False(File.Exists(Path.Combine(host.Host.Root, "../outside")), "nothing is made outside of the host");
    }

    [Fact]
    public void Success_without_effect_does_nothing()
    {
        using var host = new SimulatedHost();
        host.Faults("""[{"tool": "vmkfstools", "successWithoutEffect": {"text": "Create: 100% done."}}]""");
        ToolResult result = host.Run("vmkfstools -c 1g /vmfs/volumes/ssd1/x.vmdk");

        Assert.Equal((0, "Create: 100% done.\n", ""), (result.Status, result.Output, result.Error));
        Assert.False(File.Exists(host["vmfs/volumes/ssd1/x.vmdk"]), "nothing is made");
    }

    [Fact]
    public void The_first_fault_that_hits_acts()
    {
        using var host = new SimulatedHost();
        host.Faults("""[{"nth": 2, "fail": {"status": 2}}, {"fail": {"status": 3}}]""");

        Assert.Equal([3, 2, 3], Enumerable.Range(0, 3).Select(_ => host.Run(Get).Status));
    }

    [Theory]
    [InlineData("", 1, "not valid JSON")]
    [InlineData("[\n{]", 2, "not valid JSON")]
    [InlineData("{}", 1, "the file is not a list of faults")]
    [InlineData("[\n\n5]", 3, "a fault is not an object")]
    [InlineData("[\n{}]", 2, "the fault has no action")]
    [InlineData("[{\n\"fial\": {}}]", 2, "unknown member 'fial'")]
    [InlineData("[{\n\"tool\": \"vsih\", \"fail\": {}}]", 2, "unknown tool 'vsih'")]
    [InlineData("[{\"tool\": 5, \"fail\": {}}]", 1, "'tool' is not a text")]
    [InlineData("[{\"fail\": {},\n\"hang\": {}}]", 2, "'hang' is a second action")]
    [InlineData("[{\"fail\":\n1}]", 2, "'fail' is not an object")]
    [InlineData("[{\"fail\": {\n\"sttus\": 1}}]", 2, "'fail' has no setting 'sttus'")]
    [InlineData("[{\"fail\": {\"status\": 256}}]", 1, "'status' is not a whole number from 0 to 255")]
    [InlineData("[{\"fail\": {\"text\": 1}}]", 1, "'text' is not a text")]
    [InlineData("[{\"nth\": 0, \"fail\": {}}]", 1, "'nth' is not a whole number from 1")]
    [InlineData("[{\"nth\": 1.5, \"fail\": {}}]", 1, "'nth' is not a whole number from 1")]
    [InlineData("[{\"slow\": {}}]", 1, "'slow' needs delayMs")]
    [InlineData("[{\"hang\": {\"seconds\": \"long\"}}]", 1, "'seconds' is neither")]
    [InlineData("[{\"garbage\": {\"hex\": \"abc\"}}]", 1, "'hex' is not an even number")]
    [InlineData("[{\"hang\": {\"atPercent\": 101}}]", 1, "'atPercent' is not a whole number from 0 to 100")]
    [InlineData("[{\"dieBySignal\": {\"signal\": 0}}]", 1, "'signal' is not a whole number")]
    [InlineData("[] x", 1, "not valid JSON")]
    public void A_broken_fault_file_is_told_by_file_line_and_reason(string json, int line, string reason)
    {
        using var host = new SimulatedHost();
        host.Faults(json);
        ToolResult result = host.Run("vmware -v");

        Assert.Equal((70, ""), (result.Status, result.Output));
        Assert.StartsWith($"esxsim: {host["faults.json"]}:{line}: {reason}", result.Error);
        Assert.Equal(1, result.Error.Count(one => one == '\n'));
    }

    [Fact]
    public void Comments_and_a_missing_file_are_allowed()
    {
        using var host = new SimulatedHost();
        host.Faults("// nothing for now\n[]\n");
        Assert.Equal(0, host.Run("vmware -v").Status);

        File.Delete(host["faults.json"]);
        Assert.Equal(0, host.Run("vmware -v").Status);
    }

    [Fact]
    public void A_gate_opens_exactly_where_it_stands()
    {
        var inner = new MemoryStream();
        long reachedAt = -1;
        var gate = new GateStream(inner, 5, () => reachedAt = inner.Length);
        gate.Write("abc"u8);
        Assert.Equal(-1, reachedAt);

        gate.Write("defgh"u8);
        Assert.Equal(5, reachedAt);
        Assert.Equal("abcdefgh", Encoding.ASCII.GetString(inner.ToArray()));
    }
}
