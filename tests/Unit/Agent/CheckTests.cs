using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>What <c>esxagent check</c> says of a host. On VMkernel, or under a launcher that is as it, the kernel's part of the answers differs.</summary>
public sealed class CheckTests
{
    private static readonly string[] s_needed = ["poll", "pipe", "fcntl", "flock", "accept", "wait4", "rt_sigtimedwait"];

    private static readonly string[] s_doubtful =
    [
        "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2", "signalfd", "signalfd4",
        "timerfd_create", "timerfd_settime", "timerfd_gettime", "inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch",
        "io_uring_setup", "io_uring_enter", "io_uring_register", "clone3", "membarrier", "rseq", "getrandom", "statx", "memfd_create",
        "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "prlimit64", "getcpu", "userfaultfd", "openat2", "close_range", "copy_file_range",
        "faccessat2", "accept4", "pipe2", "dup3", "preadv2", "pwritev2", "madvise", "mincore", "socketpair of SOCK_SEQPACKET",
    ];

    [Fact]
    public void A_whole_host_lacks_nothing_that_the_agent_needs()
    {
        using SimulatedHost host = SimulatedHost.Make();
        Check check = Check.Of(host);

        Assert.True(check.Status == 0 && !check.Lines.Any(line => line.Outcome == "missing"), $"Nothing was expected to be missing:\n{check}");
        Assert.StartsWith("glibc 2.", check["C library"].Detail, StringComparison.Ordinal);
        Assert.EndsWith("status 0: VMware ESXi 8.0.3 build-24674464", check["tool vmware"].Detail, StringComparison.Ordinal);
        Assert.Contains("--version: status 0: Script 'esxcli' version: 8.0.3", check["tool esxcli"].Detail, StringComparison.Ordinal);
        Assert.Equal("works", check["capability identity"].Detail);
    }

    [Fact]
    public void Every_system_call_has_a_line_that_says_what_the_kernel_makes_of_it()
    {
        using SimulatedHost host = SimulatedHost.Make();
        Check check = Check.Of(host);

        Assert.Equal([.. s_needed, .. s_doubtful], check.Lines.Where(line => line.Name.StartsWith("call ", StringComparison.Ordinal)).Select(line => line.Name[5..]));
        Assert.All(s_needed, call => Assert.Equal("ok", check[$"call {call}"].Outcome));
        Assert.All(s_doubtful, call => MustBeAnswered(check[$"call {call}"]));
    }

    [Fact]
    public void The_largest_reservation_of_addresses_is_a_number_within_the_limit()
    {
        using SimulatedHost host = SimulatedHost.Make();
        Check check = Check.Of(host);
        string[] words = check["largest reservation of addresses"].Detail.Split(' ');
        string[] limit = check["limit of addresses (RLIMIT_AS)"].Detail.Split(' ');

        Assert.InRange(int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture), 64, limit[0] == "none" ? 1 << 20 : int.Parse(limit[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("MiB", words[1]);
    }

    [Fact]
    public void The_table_for_a_person_has_the_same_lines_as_the_JSON()
    {
        using SimulatedHost host = SimulatedHost.Make();
        (int status, string output, string errors) = AgentProcess.Run("check", "--host-root", host.Root);
        string[] lines = output.TrimEnd('\n').Split('\n');

        Assert.Equal((0, string.Empty), (status, errors));
        Assert.Equal(Check.Of(host).Lines.Select(line => $"{line.Outcome,-8}{line.Name,-44}"), lines.Select(line => line[..52]));
    }

    [Fact]
    public void A_tool_that_a_capability_needs_is_missing_when_it_is_taken_away()
    {
        using SimulatedHost host = SimulatedHost.Make();
        host.RemoveTool("vsish");
        Check check = Check.Of(host);

        Assert.Equal(1, check.Status);
        Assert.Equal("missing", check["tool vsish"].Outcome);
        Assert.Equal("missing", check["capability hostInfo"].Outcome);
        Assert.Equal("missing", check["capability identity"].Outcome);
        Assert.Equal("ok", check["tool esxcli"].Outcome);
    }

    [Fact]
    public void Of_two_tools_that_stand_in_for_each_other_only_both_are_missing()
    {
        using SimulatedHost host = SimulatedHost.Make();
        host.RemoveTool("esxcli");
        Check one = Check.Of(host);
        host.RemoveTool("localcli");
        Check both = Check.Of(host);

        Assert.Equal((0, "note", "ok"), (one.Status, one["tool esxcli"].Outcome, one["tool localcli"].Outcome));
        Assert.Equal((1, "missing", "missing"), (both.Status, both["tool esxcli"].Outcome, both["tool localcli"].Outcome));
        Assert.Equal("missing", both["capability datastores"].Outcome);
    }

    [Fact]
    public void A_tool_that_fails_is_told_with_its_status_and_its_words()
    {
        using SimulatedHost host = SimulatedHost.Make();
        host.SetFaults(HostFault.Fails("vsish", 3, "VSISHCmdGetInt():Get failed: Not supported"));
        Check check = Check.Of(host);

        Assert.Equal((1, "missing"), (check.Status, check["tool vsish"].Outcome));
        Assert.EndsWith("status 3: VSISHCmdGetInt():Get failed: Not supported", check["tool vsish"].Detail, StringComparison.Ordinal);
        Assert.Equal("note", check["vsish /hardware/bios/dmiInfo"].Outcome);
    }

    [Theory]
    [InlineData("TRUE", "note", "on: ")]
    [InlineData("FALSE", "ok", "off: ")]
    [InlineData("perhaps", "note", "unknown: ")]
    public void Whether_only_what_was_installed_may_run_is_read_from_esxcli(string value, string outcome, string detail)
    {
        using SimulatedHost host = SimulatedHost.Make();
        string answers = Path.Combine(host.Root, "answers", "esxcli");
        Directory.CreateDirectory(answers);
        File.WriteAllText(
            Path.Combine(answers, "system settings kernel list -o execInstalledOnly.xml"),
            $"""
            <?xml version="1.0" encoding="utf-8"?>
            <output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli">
            <root>
               <list type="structure">
                  <structure typeName="KernelSettings">
                     <field name="Configured"><string>FALSE</string></field>
                     <field name="Name"><string>execInstalledOnly</string></field>
                     <field name="Runtime"><string>{value}</string></field>
                     <field name="Type"><string>Bool</string></field>
                  </structure>
               </list>
            </root>
            </output>
            """);
        Line line = Check.Of(host)["execInstalledOnly"];

        Assert.Equal(outcome, line.Outcome);
        Assert.StartsWith(detail, line.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_invalid_policy_is_missing()
    {
        using SimulatedHost host = SimulatedHost.Make();
        host.SetPolicy("{");
        Check check = Check.Of(host);

        Assert.Equal((1, "missing"), (check.Status, check["policy"].Outcome));
    }

    [Fact]
    public void Checking_changes_nothing_on_the_host()
    {
        using SimulatedHost host = SimulatedHost.Make();
        string before = Everything(host);
        _ = Check.Of(host);

        Assert.Equal(before, Everything(host));
    }

    [Fact]
    public void A_probe_that_does_not_exist_is_a_wrong_command_line()
    {
        (int status, string output, string errors) = AgentProcess.Run("check", "--probe", "reboot");

        Assert.Equal((2, string.Empty, "esxagent: there is no probe 'reboot'\n"), (status, output, errors));
    }

    /// <summary>Where VMkernel's part of Linux is all there is, every doubtful call is refused; elsewhere it works or the kernel has its reasons.</summary>
    private static void MustBeAnswered(Line line)
    {
        string expected = AgentProcess.IsLaunched ? line.Name.Contains("SEQPACKET", StringComparison.Ordinal) ? "other: EINVAL" : "ENOSYS" : line.Detail.Split([':', ';'])[0];
        Assert.Contains(expected.Split(':')[0], (string[])["works", "ENOSYS", "other"]);
        Assert.StartsWith(expected, line.Detail, StringComparison.Ordinal);
        Assert.Equal(expected == "works" ? "ok" : "note", line.Outcome);
    }

    /// <summary>Path, kind, size, time and content of every file below a host.</summary>
    private static string Everything(SimulatedHost host) => string.Join(
        '\n',
        new DirectoryInfo(host.Root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).OrderBy(entry => entry.FullName, StringComparer.Ordinal).Select(entry =>
            $"{entry.FullName} {entry.Attributes} {entry.LastWriteTimeUtc:O} {(entry is FileInfo { Length: < 1 << 20 } file ? File.ReadAllText(file.FullName) : string.Empty)}"));

    private sealed record Line(string Name, string Outcome, string Detail);

    /// <summary>One run of <c>esxagent check --json</c>.</summary>
    private sealed class Check
    {
        private Check(int status, IReadOnlyList<Line> lines)
        {
            Status = status;
            Lines = lines;
        }

        public int Status { get; }

        public IReadOnlyList<Line> Lines { get; }

        public Line this[string name] =>
            Assert.Single(Lines, line => line.Name == name);

        public static Check Of(SimulatedHost host)
        {
            (int status, string output, string errors) = AgentProcess.Run("check", "--json", "--host-root", host.Root);
            Assert.True(errors.Length == 0, $"Nothing was expected on standard error, this came: {errors}");
            using JsonDocument document = JsonDocument.Parse(output);
            return new Check(status, [.. document.RootElement.EnumerateArray().Select(Read)]);
        }

        public override string ToString() => string.Join('\n', Lines);

        private static Line Read(JsonElement line)
        {
            Assert.Equal(["name", "outcome", "detail"], line.EnumerateObject().Select(member => member.Name));
            var read = new Line(line.GetProperty("name").GetString()!, line.GetProperty("outcome").GetString()!, line.GetProperty("detail").GetString()!);
            Assert.Contains(read.Outcome, (string[])["ok", "note", "missing"]);
            return read;
        }
    }
}
