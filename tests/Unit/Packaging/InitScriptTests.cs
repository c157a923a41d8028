using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using EsxAgent.Tests.Simulator;
using Xunit;

namespace EsxAgent.Tests.Packaging;

/// <summary>The init script of the host, in each shell that is here: that of Debian, and busybox as on ESXi.</summary>
public sealed class InitScriptTests
{
    private static readonly string[] s_shells = ["/bin/sh", "/bin/busybox", "/usr/bin/busybox"];

    /// <summary>The shells of this machine.</summary>
    public static IEnumerable<TheoryDataRow<string>> Shells =>
        s_shells.Where(File.Exists).DistinctBy(static path => Path.GetFileName(path)).Select(static path => new TheoryDataRow<string>(path));

    [Theory]
    [MemberData(nameof(Shells))]
    public void Start_runs_the_agent_under_the_watchdog_and_says_where_it_listens(string shell)
    {
        using var host = new HostSandbox(shell);
        ToolResult start = host.Call("start");
        Assert.Equal((0, string.Empty), (start.Status, start.Error));
        int process = Assert.Single(host.Processes);
        Assert.Equal($"esxagent is running (process {process}), listening on vsock:any:1019\n", start.Output);
        Assert.NotEmpty(host.Read("watchdog-esxagent"));

        ToolResult status = host.Call("status");
        Assert.Equal((0, start.Output), (status.Status, status.Output));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void Start_of_a_running_agent_starts_no_second_one(string shell)
    {
        using var host = new HostSandbox(shell);
        host.Call("start");
        ToolResult again = host.Call("start");
        Assert.Equal((0, $"esxagent is running already (process {host.Processes[0]})\n"), (again.Status, again.Output));
        Assert.Single(host.Log.Split('\n'), static line => line == "called with serve");
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void Stop_ends_the_agent_in_order_and_its_watchdog_does_not_start_it_again(string shell)
    {
        using var host = new HostSandbox(shell);
        host.Call("start");
        ToolResult stop = host.Call("stop");
        Assert.Equal((0, "esxagent has stopped\n"), (stop.Status, stop.Output));
        host.Await(() => host.Log.Contains("\nended in order", StringComparison.Ordinal), "the end of the agent is logged");

        ToolResult status = host.Call("status");
        Assert.Equal((3, "esxagent is not running\n"), (status.Status, status.Output));
        Assert.Single(host.Log.Split('\n'), static line => line == "called with serve");

        ToolResult again = host.Call("stop");
        Assert.Equal((0, "esxagent is not running\n"), (again.Status, again.Output));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void Restart_makes_another_process_whether_one_ran_or_not(string shell)
    {
        using var host = new HostSandbox(shell);
        Assert.Equal(0, host.Call("restart").Status);
        Assert.Equal(0, host.Call("restart").Status);
        Assert.Equal(2, host.Processes.Length);
        Assert.Contains($"process {host.Processes[1]}", host.Call("status").Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void An_agent_that_dies_is_started_again_and_the_log_says_why_it_died(string shell)
    {
        using var host = new HostSandbox(shell);
        host.Call("start");
        string before = host.Read("var/run/esxagent.pid");
        using (Process agent = Process.GetProcessById(host.Processes[0]))
        {
            agent.Kill();
        }

        host.Await(() => host.Read("var/run/esxagent.pid") is { Length: > 0 } now && now != before && host.Call("status").Status == 0, "another process runs");
        Assert.Contains("\nwas ended by signal 9\n", host.Log, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void Status_255_is_told_in_words_by_start_and_by_status(string shell)
    {
        using var host = new HostSandbox(shell);
        host.Behave("255");
        ToolResult start = host.Call("start");
        Assert.Equal((1, string.Empty), (start.Status, start.Output));
        Assert.StartsWith("esxagent could not reserve the memory of its runtime (status 255); the memory limit of ", start.Error, StringComparison.Ordinal);

        host.Await(() => host.Read("watchdog-esxagent").Length == 0, "the watchdog gives up");
        Assert.Equal(5, host.Log.Split('\n').Count(static line => line == "called with serve"));
        ToolResult status = host.Call("status");
        Assert.Equal((3, $"esxagent is not running\n{start.Error}"), (status.Status, status.Output));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void Other_ends_are_told_in_words_too(string shell)
    {
        foreach ((string status, string words) in new[]
        {
            ("2", "cannot use what it was given (status 2); the line before this one in the log says what"),
            ("126", "could not be run (status 126); ESXi 8 runs only what a VIB installed"),
            ("134", "was ended by signal 6"),
            ("7", "ended with status 7"),
        })
        {
            using var host = new HostSandbox(shell);
            host.Behave(status);
            Assert.Equal((1, $"esxagent {words}\n"), (host.Call("start").Status, host.Call("status").Output.Split('\n', 2)[1]));
        }
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void An_agent_that_is_missing_is_an_error_but_does_not_undo_an_installation(string shell)
    {
        using var host = new HostSandbox(shell);
        host.Remove("opt/esxagent/bin/esxagent");
        ToolResult start = host.Call("start");
        Assert.Equal((1, string.Empty), (start.Status, start.Output));
        Assert.Matches("^esxagent cannot be started: '.*/opt/esxagent/bin/esxagent' is missing or not executable; install the VIB again\n$", start.Error);
        Assert.Equal(0, host.Call("start", "install").Status);
        Assert.Equal(0, host.Call("start", "upgrade").Status);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void Installing_upgrading_and_removing_a_vib_start_and_stop_the_agent(string shell)
    {
        using var host = new HostSandbox(shell);
        Assert.Equal(0, host.Call("start", "install").Status);
        Assert.Equal(0, host.Call("status").Status);
        Assert.Equal(0, host.Call("stop", "upgrade").Status);
        Assert.Equal(3, host.Call("status").Status);
        Assert.Equal("512", host.Read("groups/host/vim/vimuser/esxagent"));
        Assert.Equal(0, host.Call("start", "upgrade").Status);
        Assert.Equal(0, host.Call("status").Status);
        Assert.Equal(0, host.Call("stop", "remove").Status);
        Assert.Equal(3, host.Call("status").Status);
        Assert.Equal(2, host.Processes.Length);
        Assert.False(File.Exists(Path.Combine(host.Root, "groups/host/vim/vimuser/esxagent")), "the resource group goes with the VIB");
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void Install_upgrade_and_remove_alone_do_the_same(string shell)
    {
        using var host = new HostSandbox(shell);
        Assert.Equal(0, host.Call("install").Status);
        Assert.Equal(0, host.Call("upgrade").Status);
        Assert.Equal(2, host.Processes.Length);
        Assert.Equal(0, host.Call("remove").Status);
        Assert.Equal(3, host.Call("status").Status);
        Assert.False(File.Exists(Path.Combine(host.Root, "groups/host/vim/vimuser/esxagent")), "the resource group goes with the VIB");
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void The_agent_runs_in_a_resource_group_with_a_memory_limit(string shell)
    {
        using var host = new HostSandbox(shell);
        host.Call("start");
        Assert.Equal("512", host.Read("groups/host/vim/vimuser/esxagent"));
        Assert.Equal("++group=host/vim/vimuser/esxagent", host.Read("scheduling"));
        const string Command = "--plugin-dir=/usr/lib/vmware/esxcli/int sched group ";
        Assert.All(host.Read("localcli").Split('\n'), static call => Assert.StartsWith(Command, call, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void Where_no_resource_group_can_be_made_the_agent_runs_without_and_says_so(string shell)
    {
        using var host = new HostSandbox(shell);
        host.Write("bin/localcli", "#!/bin/sh\necho 'Unknown command' >&2\nexit 1\n");
        ToolResult start = host.Call("start");
        Assert.Equal(0, start.Status);
        Assert.Equal("esxagent has no resource group of its own: 'host/vim/vimuser/esxagent' could not be made\n", start.Error);
        Assert.Empty(host.Read("scheduling"));
        Assert.Equal(0, host.Call("stop", "remove").Status);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void Without_a_watchdog_the_agent_runs_by_itself(string shell)
    {
        using var host = new HostSandbox(shell);
        host.Remove("sbin/watchdog.sh");
        Assert.Equal(0, host.Call("start").Status);
        Assert.Equal(0, host.Call("status").Status);
        Assert.Equal(0, host.Call("stop").Status);
        Assert.Equal(3, host.Call("status").Status);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void The_log_has_a_start_line_with_version_and_hash_and_what_the_agent_says(string shell)
    {
        using var host = new HostSandbox(shell);
        host.Call("start");
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(host.Root, "opt/esxagent/bin/esxagent"))));
        string[] lines = host.Log.Split('\n');
        Assert.Equal($"starting esxagent 9.9.9 (abcdef), sha-256 {hash}", lines[0]);
        Assert.Contains("called with serve", lines);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void An_agent_that_does_not_end_is_killed_and_the_log_says_so(string shell)
    {
        using var host = new HostSandbox(shell);
        host.Edit("stop_s=25", "stop_s=2");
        host.Behave("deaf");
        host.Call("start");
        ToolResult stop = host.Call("stop");
        Assert.Equal((0, "esxagent has stopped\n"), (stop.Status, stop.Output));
        Assert.Equal($"esxagent did not end within 2 s and is killed (process {host.Processes[0]})\n", stop.Error);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void Another_process_with_the_number_of_a_former_agent_is_left_alone(string shell)
    {
        using var host = new HostSandbox(shell);
        using Process other = Process.Start("/bin/sleep", "60");
        host.Write("var/run/esxagent.pid", $"{other.Id}\n");
        host.Write("bin/ps", $"#!/bin/sh\necho 'WID      CID      World Name  Command'\necho '{other.Id}  {other.Id}  sleep       sleep 60'\n");
        try
        {
            Assert.Equal(3, host.Call("status").Status);
            Assert.Equal(0, host.Call("stop").Status);
            Assert.False(other.HasExited, "the other process must live on");

            host.Write("bin/ps", $"#!/bin/sh\necho '{other.Id}  {other.Id}  esxagent    /opt/esxagent/bin/esxagent serve'\n");
            Assert.Equal(0, host.Call("status").Status);
        }
        finally
        {
            host.Remove("var/run/esxagent.pid");
            other.Kill();
        }
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void A_word_that_is_not_known_is_refused_and_nothing_is_done(string shell)
    {
        using var host = new HostSandbox(shell);
        foreach (string[] words in new string[][] { [], ["go"], ["start", "now"] })
        {
            ToolResult result = host.Call(words);
            Assert.Equal((2, string.Empty), (result.Status, result.Output));
            Assert.EndsWith("start|stop|restart|status\n", result.Error, StringComparison.Ordinal);
        }

        Assert.Empty(host.Log);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void The_built_agent_starts_listens_and_ends_in_order(string shell)
    {
        using var host = new HostSandbox(shell);
        Assert.Equal(0, HostProcesses.Execute(Built.Esxsim, ["init", host.Root + "/sim"]).Status);
        host.Write("opt/esxagent/bin/esxagent", $"""
            #!/bin/sh
            [ "$1" = serve ] && set -- serve --listen "unix:$ESXAGENT_ROOT/s" --host-root "$ESXAGENT_ROOT/sim"
            exec '{Built.Esxagent}' "$@"

            """);
        ToolResult start = host.Call("start");
        Assert.Equal((0, $"esxagent is running (process {host.Processes[0]}), listening on unix:{host.Root}/s\n"), (start.Status, start.Output));
        Assert.Equal(0, host.Call("stop").Status);
        host.Await(() => host.Log.Contains("\nended in order", StringComparison.Ordinal), "the end of the agent is logged");
        Assert.Contains("policy loaded", host.Log, StringComparison.Ordinal);
    }
}
