using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using EsxAgent.HostAgent;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Errors;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

/// <summary>The shell of vsish: its answers are those of a process a node, or it is not used.</summary>
public sealed class VsishShellTests
{
    private const string Node = "/hardware/cpu/threadCount";

    private static readonly string[] Prompts = ["/> ", "/system/> ", "/memory/> "];

    public static TheoryData<string> Profiles => ["6.7", "7.0", "8.0"];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Every_node_of_a_release_is_answered_as_by_a_process(string profile)
    {
        using SimulatedHost host = SimulatedHost.Make(profile);
        using var readers = new Readers(host);
        string[] paths = [.. NodesOf(host), "/no/such/node", "/world/2098420", "/userworld/cartel/2098977", "/hardware/", "/vm/1/vmmGroupInfo"];

        foreach (string path in paths)
        {
            readers.MustAgree(VsishCommand.Get, path);
            readers.MustAgree(VsishCommand.List, path);
        }

        Assert.Equal(0, readers.LeftToProcesses);
    }

    [Fact]
    public void A_text_that_looks_like_prompts_is_read_to_its_end()
    {
        using SimulatedHost host = SimulatedHost.Make();
        var texts = new List<string> { "x", "\n", "\n\n", "x\n\n", " x \n" };
        foreach (string one in Prompts)
        {
            texts.AddRange([one, "a" + one, one + "\n", "a\n" + one, one + one, $"{one}/system", $"{one}/memory", "\n" + one + "\n"]);
            foreach (string other in Prompts)
            {
                texts.AddRange([one + other + other, $"a\n{one}{other}{other}", one + other + other + one, one + other, $"{one}\n{other}\n{other}"]);
            }
        }

        string[] paths = [.. texts.Select((text, i) =>
        {
            File.WriteAllText(host.NodePath($"/system/odd{i}"), text);
            return $"/system/odd{i}";
        })];
        using var readers = new Readers(host);

        // Twice, so that each is met in both directories.
        Assert.All(paths.Concat(paths), path => readers.MustAgree(VsishCommand.Get, path));
        Assert.Equal(0, readers.LeftToProcesses);
    }

    [Theory]
    [InlineData("/> /system/> /system/> /memory/> /memory/> ")]
    [InlineData("a\n/memory/> /system/> /system/> \n")]
    [InlineData("/system")]
    public void What_comes_in_small_pieces_is_read_to_its_end(string text)
    {
        using SimulatedHost host = SimulatedHost.Make();
        File.WriteAllText(host.NodePath("/system/odd"), text);
        host.SetFaults(HostFault.Trickles("vsish", 1, 2, "-e get /system/odd"));
        using var readers = new Readers(host);

        readers.MustAgree(VsishCommand.Get, "/system/odd");
        readers.MustAgree(VsishCommand.Get, "/system/odd");
        Assert.Equal(0, readers.LeftToProcesses);
    }

    [Fact]
    public void What_is_said_on_standard_error_belongs_to_the_node_that_was_asked()
    {
        using SimulatedHost host = SimulatedHost.Make();
        File.WriteAllText(host.NodePath("/system/banner"), "7\n");
        File.WriteAllText(host.NodePath("/system/banner") + ".error", "main():deprecated\n");
        File.WriteAllText(host.NodePath("/system/long.error"), string.Concat(Enumerable.Range(0, 500).Select(i => $"Function():line {i} of a long story\n")));
        File.WriteAllText(
            host.NodePath("/system/like.error"),
            "VSISHPath_Form():Extraneous 'esxagent~0123456789abcdef' in path.\nVSISHCmdGetInt():mal-formed path\n");
        using var readers = new Readers(host);

        foreach (string path in new[] { "/hardware/ipmi/fru/1", Node, "/system/banner", Node, "/no", "/system/long", Node, "/system/like", Node })
        {
            readers.MustAgree(VsishCommand.Get, path);
        }

        Assert.Equal(0, readers.LeftToProcesses);
    }

    [Fact]
    public void An_empty_value_is_left_to_a_process_whose_status_tells_what_it_is()
    {
        using SimulatedHost host = SimulatedHost.Make();
        File.WriteAllText(host.NodePath("/system/empty"), string.Empty);
        File.WriteAllText(host.NodePath("/system/silent.error"), string.Empty);
        using var readers = new Readers(host);

        readers.MustAgree(VsishCommand.Get, "/system/empty");
        readers.MustAgree(VsishCommand.Get, "/system/silent");

        Assert.Equal(2, readers.LeftToProcesses);
    }

    [Fact]
    public void A_shell_that_hangs_dies_or_floods_is_replaced_and_the_answer_comes_from_a_process()
    {
        using SimulatedHost host = SimulatedHost.Make();
        using var readers = new Readers(host);
        readers.MustAgree(VsishCommand.Get, Node);
        TimeSpan time = TimeSpan.FromMilliseconds(700);
        foreach (HostFault fault in new[]
        {
            HostFault.Hangs("vsish", $"-e get {Node}").AtCall(1),
            HostFault.DiesBySignal("vsish", 9, $"-e get {Node}").AtCall(1),
        })
        {
            host.SetFaults(fault);
            long before = readers.LeftToProcesses;
            Assert.Equal("32\n", readers.Text(Node, time));
            Assert.Equal(before + 1, readers.LeftToProcesses);

            // The next one is asked of a new shell.
            Assert.Equal("32\n", readers.Text(Node, time));
            Assert.Equal(before + 1, readers.LeftToProcesses);
        }

        host.SetFaults(HostFault.Floods("vsish", 20 << 20, $"-e get {Node}"));
        Assert.Equal(ErrorKind.ToolFailed, Assert.Throws<OperationException>(() => readers.Text(Node, TimeSpan.FromSeconds(10))).Error.Kind);
    }

    [Fact]
    public void A_node_that_is_too_large_is_refused_the_same_both_ways()
    {
        using SimulatedHost host = SimulatedHost.Make();
        File.WriteAllText(host.NodePath("/system/largest"), new string('x', VsishAnswer.MaxText));
        File.WriteAllText(host.NodePath("/system/larger"), new string('x', VsishAnswer.MaxText + 1));
        using var readers = new Readers(host);

        readers.MustAgree(VsishCommand.Get, "/system/largest");
        readers.MustAgree(VsishCommand.Get, "/system/larger");
    }

    [Fact]
    public void A_cancelled_request_ends_at_once_and_the_next_one_gets_a_new_shell()
    {
        using SimulatedHost host = SimulatedHost.Make();
        using var readers = new Readers(host);
        host.SetFaults(HostFault.Hangs("vsish", $"-e get {Node}").AtCall(1));
        var cancel = new CancelSignal();
        using var timer = new Timer(_ => cancel.Request(new WireError(ErrorKind.RequestCancelled, "enough")), null, 300, Timeout.Infinite);
        long started = Stopwatch.GetTimestamp();

        Assert.Equal(ErrorKind.RequestCancelled, Assert.Throws<OperationException>(() => readers.Text(Node, cancel: cancel)).Error.Kind);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3), "The shell was waited for.");
        Assert.Equal("32\n", readers.Text(Node));
        Assert.Equal(0, readers.LeftToProcesses);
    }

    [Fact]
    public void A_request_that_is_cancelled_while_the_shell_is_tried_leaves_no_shell_behind()
    {
        using SimulatedHost host = SimulatedHost.Make();
        using var readers = new Readers(host);
        host.SetFaults(HostFault.Hangs("vsish", "-e ls /").AtCall(1));
        var cancel = new CancelSignal();
        using var timer = new Timer(_ => cancel.Request(new WireError(ErrorKind.RequestCancelled, "enough")), null, 500, Timeout.Infinite);

        Assert.Equal(ErrorKind.RequestCancelled, Assert.Throws<OperationException>(() => readers.Text(Node, cancel: cancel)).Error.Kind);

        Assert.False(readers.HasShell);
        Eventually.Holds("no vsish of this host runs", () => !ProcessFootprint.ChildrenOf(Environment.ProcessId)
            .Any(child => ProcessFootprint.CommandOf(child).Contains(host.ToolPath("vsish"), StringComparison.Ordinal)));
        Assert.Equal("32\n", readers.Text(Node));
    }

    [Fact]
    public void A_shell_that_nobody_asks_is_ended()
    {
        using SimulatedHost host = SimulatedHost.Make();
        using var readers = new Readers(host, idleMs: 200);
        Assert.Equal("32\n", readers.Text(Node));
        Eventually.Holds("the shell is ended", () => !readers.HasShell);

        Assert.Equal("32\n", readers.Text(Node));
        Assert.Equal(0, readers.LeftToProcesses);
        Assert.True(readers.HasShell);
    }

    [Fact]
    public void A_single_question_starts_no_shell()
    {
        using SimulatedHost host = SimulatedHost.Make();
        using var readers = new Readers(host);

        Assert.Equal("32\n", readers.Text(Node, isOneOfMany: false));

        Assert.False(readers.HasShell);
        Assert.Equal(1, readers.LeftToProcesses);
    }

    [Theory]
    [InlineData("exit 0")]
    [InlineData("echo 'no shell here' >&2; exit 1")]
    [InlineData("cat")]
    [InlineData("printf '/> '; while read line; do printf '/> '; done")]
    [InlineData("printf '/> '; while read c d; do case $c in cd) p=$d;; *) echo \"no $d\" >&2;; esac; printf '%s> ' \"$p\"; done")]
    [InlineData("printf '/> '; while read c d; do case $c in cd) p=$d;; *) echo \"no $d at $(date +%N)\" >&2;; esac; printf '%s/> ' \"$p\"; done")]
    [InlineData("printf '/> '; while read c d; do case $c in cd) p=$d;; ls) echo something else;; *) echo \"no $d\" >&2;; esac; printf '%s/> ' \"$p\"; done")]
    [InlineData("sleep 100")]
    public void A_tool_without_the_shell_that_is_expected_is_asked_by_processes(string script)
    {
        using SimulatedHost host = SimulatedHost.Make();
        string tool = host.ToolPath("vsish");
        host.ReplaceTool("vsish", $"#!/bin/bash\nif [ $# -gt 0 ]; then exec -a {tool} {host.ToolPath("esxsim")} \"$@\"; fi\n{script}\n", canRun: true);
        using var readers = new Readers(host);

        Assert.Equal("32\n", readers.Text(Node));
        Assert.Equal("32\n", readers.Text(Node));
        Assert.False(readers.HasShell);
        Assert.Contains("cannot be used", readers.Log, StringComparison.Ordinal);
        Assert.Single(readers.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Many_readers_share_the_shell_and_none_gets_the_answer_of_another()
    {
        using SimulatedHost host = SimulatedHost.Make();
        for (int i = 0; i < 8; i++)
        {
            File.WriteAllText(host.NodePath($"/system/own{i}"), string.Concat(Enumerable.Repeat($"{i}\n", 2_000)));
        }

        using var readers = new Readers(host);
        var failures = new List<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(i => new Thread(() =>
        {
            try
            {
                for (int n = 0; n < 60; n++)
                {
                    Assert.Equal(File.ReadAllText(host.NodePath($"/system/own{i}")), readers.Text($"/system/own{i}"));
                }
            }
            catch (Exception e)
            {
                lock (failures)
                {
                    failures.Add(e);
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Empty(failures);
    }

    private static IEnumerable<string> NodesOf(SimulatedHost host)
    {
        string root = host.NodePath("/").TrimEnd('/');
        return Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
            .Where(entry => Path.GetFileName(entry) != ".order")
            .Select(entry => entry[root.Length..].Replace(".error", string.Empty, StringComparison.Ordinal))
            .Prepend("/")
            .Order(StringComparer.Ordinal);
    }

    /// <summary>Both ways of asking over one host.</summary>
    private sealed class Readers : IDisposable
    {
        private readonly SimulatedHost _host;
        private readonly ToolRunner _runner = new();
        private readonly ToolRunner _otherRunner = new();
        private readonly VsishTool _tool;
        private readonly SharedShell _shell;
        private readonly VsiReader _reader;
        private readonly AgentLog _log;

        public Readers(SimulatedHost host, int idleMs = 30_000)
        {
            _host = host;
            var paths = new HostPaths(host.Root);
            _log = AgentLog.Open(LogPath, out _)!;
            _tool = new VsishTool(_otherRunner, paths);
            var counted = new VsishTool(_runner, paths);

            // The probe at the start asks by a process, too; it is not what the tests count.
            _shell = new SharedShell(_tool, paths.Tool(ToolNames.Vsish), new Watchdog(), _log, idleMs);
            _reader = new VsiReader(counted, _shell);
        }

        /// <summary>Questions that the shell did not answer.</summary>
        public long LeftToProcesses => _runner.Started;

        public bool HasShell => _shell.IsRunning;

        public string Log => File.ReadAllText(LogPath);

        private string LogPath => Path.Combine(_host.Directory, "shell.log");

        public string Text(string path, TimeSpan? time = null, CancelSignal? cancel = null, bool isOneOfMany = true)
        {
            using ToolOutput output = _reader.Get(path, cancel ?? new CancelSignal(), time, isOneOfMany);
            return output.TextOf(ToolNames.Vsish);
        }

        public void MustAgree(VsishCommand command, string path)
        {
            string expected = Shown(command, () => VsishAnswer.Accept(command, path, _tool.Ask(command, path, new CancelSignal())));
            string actual = Shown(command, () => command == VsishCommand.Get ? _reader.Get(path, new CancelSignal(), isOneOfMany: true) : Raw(path));
            Assert.True(expected == actual, $"'{command.Word} {path}' is by a process:\n{expected}\nand by the shell:\n{actual}");
        }

        public void Dispose()
        {
            _shell.Dispose();
            _log.Dispose();
        }

        private ToolOutput Raw(string path) =>
            VsishAnswer.Accept(VsishCommand.List, path, _shell.TryAsk(VsishCommand.List, path, isWorthStarting: true, new CancelSignal(), null)!);

        private static string Shown(VsishCommand command, Func<ToolOutput> ask)
        {
            try
            {
                using ToolOutput output = ask();
                return $"{command.Word}: {Convert.ToHexString(output.Output.Bytes)} '{output.ErrorText}'";
            }
            catch (OperationException e)
            {
                return $"{e.Error.Kind} {e.Error.Message} {e.Error.ToolError} {e.Error.ToolExitCode} {e.Error.Target}";
            }
        }
    }
}
