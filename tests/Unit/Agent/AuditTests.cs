using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary><c>--audit</c>: a line for each request that was refused, each chained to the line before.</summary>
public sealed class AuditTests : IDisposable
{
    private const string NoDatastores = """
        {"version":1,"groups":[{"name":"all","members":[{"name":"*"}],"methods":["host/info","vm/self"],"rates":{"requestsPerSecond":100000}}]}
        """;

    private readonly SimulatedHost _host = SimulatedHost.Make();

    private string Audit => Path.Combine(_host.Directory, "audit");

    private string Socket => Path.Combine(_host.Directory, "s");

    /// <inheritdoc/>
    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_refused_request_is_written_with_who_asked_for_what()
    {
        _host.SetPolicy(NoDatastores);
        using AgentProcess agent = Serve();
        using WireConnection guest = Guest();
        SimulatedVm vm = _host.Machines[0];
        Assert.Empty(AuditFile.Read(Audit));
        _ = guest.Call("host/info").Result;
        DateTime before = DateTime.UtcNow.AddSeconds(-1);
        guest.Call("host/datastores").MustFail("AccessDenied", -32010);

        JsonNode line = Assert.Single(AuditFile.Read(Audit));
        Assert.Equal(["time", "event", "session", "vm", "method", "kind", "previous"], line.AsObject().Select(member => member.Key));
        Assert.Equal("refused", line["event"]!.GetValue<string>());
        Assert.Equal("host/datastores", line["method"]!.GetValue<string>());
        Assert.Equal("AccessDenied", line["kind"]!.GetValue<string>());
        Assert.Equal("1", line["session"]!.GetValue<string>());
        Assert.Equal(vm.Name, line["vm"]!["name"]!.GetValue<string>());
        Assert.Equal(vm.BiosUuid, line["vm"]!["biosUuid"]!.GetValue<string>());
        Assert.Equal(vm.CartelId, line["vm"]!["cartelId"]!.GetValue<long>());
        Assert.True(line["vm"]!.AsObject().ContainsKey("contextId"), "A Unix socket has no context id, and says so.");
        Assert.Null(line["vm"]!["contextId"]);
        Assert.Equal(new string('0', 64), line["previous"]!.GetValue<string>());
        string time = line["time"]!.GetValue<string>();
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", time);
        Assert.InRange(DateTime.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal), before, DateTime.UtcNow.AddSeconds(1));
        Assert.Equal("600", Permissions.Of(Audit));
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void A_guest_that_is_not_identified_is_written_with_what_is_known_of_it()
    {
        using AgentProcess agent = AgentProcess.Serve(_host, [$"unix:{Socket}?as=4711"], "--audit", Audit);
        using WireConnection guest = WireConnection.Open(Socket);
        guest.Initialize().MustFail("PeerUnidentified", -32011);
        JsonNode line = Assert.Single(AuditFile.Read(Audit));
        Assert.Equal("initialize", line["method"]!.GetValue<string>());
        Assert.Equal("PeerUnidentified", line["kind"]!.GetValue<string>());
        Assert.Null(line["vm"]!["name"]);
        Assert.Equal(4711, line["vm"]!["cartelId"]!.GetValue<long>());
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void What_is_not_refused_is_not_written()
    {
        using AgentProcess agent = Serve();
        using WireConnection guest = Guest();
        _ = guest.Call("host/datastores").Result;
        guest.Call("no/such").MustFail("MethodNotFound", -32601);
        guest.Call("host/info", """{"refresh":3}""").MustFail("InvalidParams", -32602);
        Assert.Empty(AuditFile.Read(Audit));
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void A_name_that_looks_like_another_line_is_one_text()
    {
        const string Name = "x\",\"kind\":\"\\n{}é 𝄞<&'";
        using SimulatedHost host = SimulatedHost.Make(machines: [Name]);
        host.SetPolicy(NoDatastores);
        using AgentProcess agent = AgentProcess.Serve(host, [$"unix:{host.Directory}/s"], "--audit", Audit);
        using WireConnection guest = WireConnection.OpenSession(Path.Combine(host.Directory, "s"));
        guest.Call("host/datastores").MustFail("AccessDenied", -32010);
        guest.Call("host/datastores").MustFail("AccessDenied", -32010);
        Assert.All(AuditFile.Read(Audit), line => Assert.Equal(Name, line["vm"]!["name"]!.GetValue<string>()));
        Assert.Equal(2, File.ReadAllLines(Audit).Length);
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void Many_sessions_write_one_chain()
    {
        const int Sessions = 12;
        const int Requests = 15;
        _host.SetPolicy(NoDatastores);
        using AgentProcess agent = Serve();
        WireConnection[] guests = [.. Enumerable.Range(0, Sessions).Select(_ => Guest())];
        Thread[] threads = [.. guests.Select(guest => new Thread(() =>
        {
            for (int i = 0; i < Requests; i++)
            {
                guest.Call("host/datastores").MustFail("AccessDenied", -32010);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        IReadOnlyList<JsonNode> lines = AuditFile.Read(Audit);
        Assert.Equal(Sessions * Requests, lines.Count);
        Assert.All(lines.CountBy(line => line["session"]!.GetValue<string>()), session => Assert.Equal(Requests, session.Value));
        Array.ForEach(guests, guest => guest.Dispose());
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void The_chain_goes_on_over_restarts_kills_and_lines_that_were_not_finished()
    {
        _host.SetPolicy(NoDatastores);
        Gen<string[]> acts = Gen.Elements("refuse", "refuse", "restart", "kill", "tear", "tear far").ListOf(6).Select(list => list.ToArray());
        Prop.ForAll(acts.ToArbitrary(), list =>
        {
            File.Delete(Audit);
            int refused = 0;
            AgentProcess agent = Serve();
            try
            {
                foreach (string act in list.Append("refuse"))
                {
                    switch (act)
                    {
                        case "refuse":
                            using (WireConnection guest = Guest())
                            {
                                guest.Call("host/datastores").MustFail("AccessDenied", -32010);
                                refused++;
                            }

                            break;
                        case "restart":
                            Assert.Equal(0, agent.Stop());
                            break;
                        default:
                            agent.Kill();
                            File.AppendAllText(Audit, act == "kill" ? string.Empty : "{\"time\":\"20" + new string('x', act == "tear" ? 3 : 20_000));
                            break;
                    }

                    if (agent.HasEnded)
                    {
                        agent.Dispose();
                        agent = Serve();
                    }
                }

                Assert.Equal(refused, AuditFile.Read(Audit).Count);
            }
            finally
            {
                agent.Dispose();
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(12));
    }

    [Fact]
    public void A_changed_line_is_noticed()
    {
        _host.SetPolicy(NoDatastores);
        using AgentProcess agent = Serve();
        using WireConnection guest = Guest();
        for (int i = 0; i < 3; i++)
        {
            guest.Call("host/datastores").MustFail("AccessDenied", -32010);
        }

        string[] lines = File.ReadAllLines(Audit);
        File.WriteAllText(Audit, string.Join('\n', lines[0], lines[1].Replace("datastores", "datastorez", StringComparison.Ordinal), lines[2]) + "\n");
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AuditFile.Read(Audit));
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void Two_agents_never_write_one_file()
    {
        using AgentProcess agent = Serve();
        (int status, string output, string errors) = AgentProcess.Run("serve", "--listen", $"unix:{Socket}2", "--host-root", _host.Root, "--audit", Audit);
        Assert.Equal((2, string.Empty), (status, output));
        Assert.Equal($"esxagent: the audit file '{Audit}' is used by another agent\n", errors);
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void A_file_whose_last_line_has_no_end_is_none()
    {
        File.WriteAllBytes(Audit, new byte[5 << 20]);
        (int status, _, string errors) = AgentProcess.Run("serve", "--listen", $"unix:{Socket}", "--host-root", _host.Root, "--audit", Audit);
        Assert.Equal(2, status);
        Assert.Contains($"the audit file '{Audit}' is none: its last line is longer than 1 MiB", errors, StringComparison.Ordinal);
        Assert.Equal(5 << 20, new FileInfo(Audit).Length);
    }

    [Fact]
    public void A_full_disk_is_logged_once_and_requests_are_refused_all_the_same()
    {
        _host.SetPolicy(NoDatastores);
        using AgentProcess agent = AgentProcess.Serve(_host, [$"unix:{Socket}"], "--audit", "/dev/full");
        using WireConnection guest = Guest();
        for (int i = 0; i < 5; i++)
        {
            guest.Call("host/datastores").MustFail("AccessDenied", -32010);
        }

        Assert.Equal(0, agent.Stop());
        string line = Assert.Single(agent.Errors.Split('\n'), text => text.Contains("audit file", StringComparison.Ordinal));
        Assert.Equal(5, agent.Errors.Split('\n').Count(text => text.Contains(" audit {", StringComparison.Ordinal)));
        Assert.Contains("the audit file '/dev/full' cannot be written (no space left)", line, StringComparison.Ordinal);
    }

    [Fact]
    public void When_there_is_room_again_the_chain_goes_on_behind_what_was_written_in_half()
    {
        // Four blocks of 512 bytes, the last line of which has no room; the limit ends no agent that ignores the signal.
        _host.SetPolicy(NoDatastores);
        string[] launcher = ["/bin/sh", "-c", "trap '' XFSZ; ulimit -f 4; exec \"$@\"", "sh"];
        using AgentProcess agent = AgentProcess.ServeThrough(launcher, _host, [$"unix:{Socket}"], "--audit", Audit);
        using WireConnection guest = Guest();
        for (int i = 0; i < 12; i++)
        {
            guest.Call("host/datastores").MustFail("AccessDenied", -32010);
        }

        Assert.Equal(4 * 512, new FileInfo(Audit).Length);
        int whole = AuditFile.Read(Audit).Count;
        Assert.InRange(whole, 3, 10);

        // Somebody moves the beginning elsewhere; the half line stays and the chain goes on behind it.
        byte[] tail = File.ReadAllBytes(Audit)[^100..];
        File.WriteAllBytes(Audit, tail);
        guest.Call("host/datastores").MustFail("AccessDenied", -32010);
        guest.Call("host/datastores").MustFail("AccessDenied", -32010);
        Assert.Equal(2, AuditFile.Read(Audit).Count);
        Assert.Equal(0, agent.Stop());
        Assert.Single(agent.Errors.Split('\n'), text => text.Contains("cannot be written", StringComparison.Ordinal));
    }

    private AgentProcess Serve() => AgentProcess.Serve(_host, [$"unix:{Socket}"], "--audit", Audit);

    private WireConnection Guest() => WireConnection.OpenSession(Socket);
}
