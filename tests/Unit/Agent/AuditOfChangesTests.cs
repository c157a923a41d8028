using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using EsxAgent.Tests.Volumes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary><c>--audit</c>: a line before and one after each change, in files of a bounded size that <c>esxagent audit verify</c> follows.</summary>
public sealed class AuditOfChangesTests : IDisposable
{
    private const long MiB = 1L << 20;

    private readonly SimulatedHost _host = SimulatedHost.Make(machines: ["web01"], datastores: ["ds1=10GB"]);

    private string Audit => Path.Combine(_host.Directory, "audit");

    private string Socket => Path.Combine(_host.Directory, "s");

    /// <inheritdoc/>
    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_change_has_a_line_before_and_one_behind_it_and_its_repeat_says_that_it_is_one()
    {
        using AgentProcess agent = Serve();
        using WireConnection guest = WireConnection.OpenSession(Socket);
        string id = VolumeGuest.NewId();
        _ = guest.Create("v", MiB, ",\"labels\":{\"a\":\n \"b\"}", id).Result;
        _ = guest.Create("v", MiB, ",\"labels\":{\"a\":\n \"b\"}", id).Result;
        guest.Create("v", 2 * MiB).MustFail("VolumeAlreadyExists", -32021);

        IReadOnlyList<JsonNode> lines = AuditFile.Read(Audit);
        Assert.Equal(["begin", "end", "begin", "end", "begin", "end"], lines.Select(line => line.Text("event")));
        Assert.All(lines, line => Assert.Equal("volume/create", line.Text("method")));
        Assert.All(lines, line => Assert.Equal("v@ds1", line.Text("target")));
        Assert.All(lines, line => Assert.Equal("all", line.Text("group")));
        Assert.All(lines, line => Assert.Equal("web01", line["vm"]!.Text("name")));
        Assert.All(lines.Take(4), line => Assert.Equal(id, line.Text("operationId")));
        Assert.Equal("b", lines[0]["arguments"]!["labels"]!.Text("a"));
        Assert.Equal(MiB, lines[0]["arguments"]!["sizeBytes"]!.GetValue<long>());
        Assert.Equal(["done", "done", "VolumeAlreadyExists"], lines.Where(line => line.Text("event") == "end").Select(line => line.Text("outcome")));
        Assert.Equal([null, true, null], lines.Where(line => line.Text("event") == "end").Select(line => (bool?)line["again"]));
        Assert.InRange(lines[1]["durationMs"]!.GetValue<long>(), 1, 60_000);
        Assert.Contains($" audit {lines[1].ToJsonString()[..40]}", agent.Errors, StringComparison.Ordinal);
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void What_is_long_is_shown_by_its_length_and_digest()
    {
        using AgentProcess agent = Serve();
        using WireConnection guest = WireConnection.OpenSession(Socket);
        _ = guest.Create("v", MiB).Result;
        _ = guest.Call("sidecar/create", $$"""{"operationId":"{{VolumeGuest.NewId()}}","name":"v","key":"k","sizeBytes":65536}""").Result;
        string content = Convert.ToBase64String(new byte[40_000]);
        _ = guest.Call("sidecar/write", $$"""{"operationId":"{{VolumeGuest.NewId()}}","name":"v","key":"k","offset":0,"base64":"{{content}}"}""").Result;

        JsonNode shown = AuditFile.Read(Audit)[^1]["arguments"]!["base64"]!;
        Assert.Equal(content.Length + 2, shown["bytes"]!.GetValue<int>());
        Assert.Equal(64, shown.Text("sha256").Length);
        Assert.InRange(new FileInfo(Audit).Length, 1, 8_000);
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void A_full_disk_refuses_changes_and_reads_go_on_and_with_room_again_so_do_changes()
    {
        // Four blocks of 512 bytes; the limit ends no agent that ignores the signal, and holds for its tools too, which only read here.
        string[] launcher = ["/bin/sh", "-c", "trap '' XFSZ; ulimit -f 4; exec \"$@\"", "sh"];
        using AgentProcess agent = AgentProcess.ServeThrough(launcher, _host, [$"unix:{Socket}"], "--audit", Audit);
        using WireConnection guest = WireConnection.OpenSession(Socket);
        WireMessage refused;
        int asked = 0;
        do
        {
            refused = guest.Change("remove", "absent");
        }
        while (refused.ErrorKind is null && ++asked < 20);

        Assert.InRange(asked, 1, 10);
        refused.MustFail("CapabilityMissing", -32026);
        Assert.Contains("cannot write its audit file", refused.ErrorMessage, StringComparison.Ordinal);
        guest.Create("v", MiB).MustFail("CapabilityMissing", -32026);
        Assert.Empty(guest.Volumes());
        Assert.Equal("web01", guest.Call("vm/self").Result!.Text("name"));
        Assert.NotNull(guest.Call("host/info").Result!["hostName"]);

        File.WriteAllBytes(Audit, []);
        _ = guest.Change("remove", "absent").Result;
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void A_path_that_cannot_be_written_any_more_refuses_changes()
    {
        using AgentProcess agent = AgentProcess.Serve(_host, [$"unix:{Socket}"], "--audit", "/dev/full");
        using WireConnection guest = WireConnection.OpenSession(Socket);
        guest.Create("v", MiB).MustFail("CapabilityMissing", -32026);
        Assert.Empty(guest.Volumes());
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void Files_take_turns_within_the_budget_and_one_chain_runs_through_all_of_them()
    {
        const long Budget = 64 << 10;
        using (AgentProcess agent = Serve("--audit-bytes", $"{Budget}"))
        {
            using WireConnection guest = WireConnection.OpenSession(Socket);
            for (int i = 0; i < 120; i++)
            {
                _ = guest.Change("remove", $"absent{i}").Result;
            }

            Assert.Equal(0, agent.Stop());
        }

        string[] files = [$"{Audit}.3", $"{Audit}.2", $"{Audit}.1", Audit];
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, Budget / 4));
        Assert.False(File.Exists($"{Audit}.4"));
        Verified(0, "the audit is whole:", "in 4 file(s)", "lines before it were put aside");

        using (AgentProcess agent = Serve("--audit-bytes", $"{Budget}"))
        {
            using WireConnection guest = WireConnection.OpenSession(Socket);
            _ = guest.Change("remove", "once").Result;
            agent.Kill();
        }

        Verified(0, "the audit is whole:");

        // An agent that ended just when it had put the file aside.
        File.Move(Audit, $"{Audit}.1", overwrite: true);
        File.Delete($"{Audit}.2");
        File.Delete($"{Audit}.3");
        using (AgentProcess agent = Serve("--audit-bytes", $"{Budget}"))
        {
            using WireConnection guest = WireConnection.OpenSession(Socket);
            _ = guest.Change("remove", "twice").Result;
            Assert.Equal(0, agent.Stop());
        }

        Verified(0, "the audit is whole:", "in 2 file(s)");
    }

    [Fact]
    public void Where_there_is_no_room_for_the_next_file_nothing_is_pushed_out()
    {
        using AgentProcess agent = Serve("--audit-bytes", $"{64 << 10}");
        using WireConnection guest = WireConnection.OpenSession(Socket);
        for (int i = 0; i < 60; i++)
        {
            _ = guest.Change("remove", $"absent{i}").Result;
        }

        Directory.CreateDirectory($"{Audit}.new");
        int asked = 0;
        while (guest.Change("remove", "absent").ErrorKind is null && ++asked < 60)
        {
        }

        string[] before = [.. Files.Select(File.ReadAllText)];
        for (int i = 0; i < 10; i++)
        {
            guest.Change("remove", "absent").MustFail("CapabilityMissing", -32026);
        }

        Assert.Equal(before, Files.Select(File.ReadAllText));
        Directory.Delete($"{Audit}.new");
        _ = guest.Change("remove", "absent").Result;
        Verified(0, "the audit is whole:");
        Assert.Equal(0, agent.Stop());
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("taken out")]
    [InlineData("put in")]
    [InlineData("exchanged")]
    public void A_chain_that_was_touched_is_told_with_its_line(string how)
    {
        using (AgentProcess agent = Serve())
        {
            using WireConnection guest = WireConnection.OpenSession(Socket);
            for (int i = 0; i < 4; i++)
            {
                _ = guest.Change("remove", $"absent{i}").Result;
            }

            Assert.Equal(0, agent.Stop());
        }

        Verified(0, "the audit is whole: 8 line(s) in 1 file(s)", "the very first line");
        List<string> lines = [.. File.ReadAllLines(Audit)];
        switch (how)
        {
            case "changed":
                lines[3] = lines[3].Replace("absent1", "absent9", StringComparison.Ordinal);
                break;
            case "taken out":
                lines.RemoveAt(4);
                break;
            case "put in":
                lines.Insert(4, lines[2]);
                break;
            default:
                (lines[3], lines[4]) = (lines[4], lines[3]);
                break;
        }

        File.WriteAllLines(Audit, lines);
        Verified(1, "the audit is broken", how == "exchanged" ? "line 4" : "line 5", "does not carry the digest");
    }

    [Fact]
    public void What_is_no_audit_is_not_taken_for_one()
    {
        File.WriteAllText(Audit, "root:x:0:0\n");
        Verified(1, "line 1: it is no line of an audit");
        (int status, _, string errors) = AgentProcess.Run("audit", "verify", Audit + "x");
        Assert.Equal((2, true), (status, errors.Contains("cannot be read", StringComparison.Ordinal)));
        Assert.Equal(2, AgentProcess.Run("audit").Status);
        Assert.Equal(2, AgentProcess.Run("audit", "verify").Status);
        Assert.Equal(2, AgentProcess.Run("serve", "--listen", $"unix:{Socket}", "--host-root", _host.Root, "--audit", Audit, "--audit-bytes", "1k").Status);
    }

    [Fact]
    public void A_guest_cannot_push_out_of_the_audit_what_it_did_before()
    {
        _host.SetPolicy("""{"version":1,"groups":[{"name":"all","members":[{"name":"*"}],"methods":["host/info"],"rates":{"requestsPerSecond":1000000}}]}""");
        using AgentProcess agent = Serve();
        using WireConnection guest = WireConnection.OpenSession(Socket);
        const int Asked = 3_000;
        for (int i = 0; i < Asked; i++)
        {
            guest.Call("vm/list").MustFail("AccessDenied", -32010);
        }

        System.Threading.Thread.Sleep(1_100);
        guest.Call("vm/list").MustFail("AccessDenied", -32010);
        IReadOnlyList<JsonNode> lines = AuditFile.Read(Audit);
        Assert.InRange(lines.Count, 201, 300);
        Assert.Equal(Asked + 1, lines.Count + lines.Sum(line => line["leftOut"]?.GetValue<int>() ?? 0));
        Assert.Equal(0, agent.Stop());
    }

    private IEnumerable<string> Files => new[] { $"{Audit}.3", $"{Audit}.2", $"{Audit}.1", Audit }.Where(File.Exists);

    private void Verified(int status, params string[] says)
    {
        (int ended, string output, string errors) = AgentProcess.Run("audit", "verify", Audit);
        Assert.True(ended == status, $"status {ended} instead of {status}: {output}{errors}");
        Assert.All(says, text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    private AgentProcess Serve(params string[] more) => AgentProcess.Serve(_host, [$"unix:{Socket}"], ["--audit", Audit, .. more]);
}
