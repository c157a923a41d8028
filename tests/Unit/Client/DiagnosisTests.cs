using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>What Test-EsxAgent -Detailed shows for each thing that can be in the way.</summary>
public sealed class DiagnosisTests
{
    private static readonly string[] Order =
    [
        "vSockets supported", "Administrator", "Something listens", "Connection stays open", "Agent speaks", "Protocol version", "Identity established", "Policy",
    ];

    [Fact]
    public async Task A_working_agent_passes_everything()
    {
        using FakeAgent agent = WithStatus("""{"policy":{"state":"loaded"},"capabilities":[{"name":"hostInfo","available":true,"reason":null}]}""");

        List<DiagnosisCheck> checks = await DiagnoseAsync(agent);

        Assert.Equal(Order, checks.Select(static c => c.Name));
        Assert.Equal(DiagnosisOutcome.Skipped, checks[0].Outcome);
        Assert.All(checks.Skip(1), static c => Assert.Equal(DiagnosisOutcome.Passed, c.Outcome));
        Assert.Contains("'web01'", checks[6].Detail, StringComparison.Ordinal);
        Assert.Contains("hostInfo, datastores", checks[7].Detail, StringComparison.Ordinal);
        await agent.WaitForAsync(Methods.Exit);
    }

    [Fact]
    public async Task Each_missing_capability_is_named_with_its_reason()
    {
        using FakeAgent agent = WithStatus("""
            {"policy":{"state":"absent"},"capabilities":[{"name":"hostInfo","available":true},{"name":"volumes","available":false,"reason":"the host has no tool 'vmkfstools'"},
             {"name":"sidecars","available":false}]}
            """);

        List<DiagnosisCheck> checks = await DiagnoseAsync(agent);

        Assert.Equal([.. Order, "Capability volumes", "Capability sidecars"], checks.Select(static c => c.Name));
        Assert.Equal("the host has no tool 'vmkfstools'", checks[8].Detail);
        Assert.All(checks.Skip(8), static c => Assert.Equal(DiagnosisOutcome.Failed, c.Outcome));
        Assert.Contains("changes are not", checks[7].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_policy_is_named_with_its_reason()
    {
        using FakeAgent agent = WithStatus("""{"policy":{"state":"invalid","reason":"line 3: a comma is missing"},"capabilities":[]}""");

        DiagnosisCheck policy = Assert.Single(await DiagnoseAsync(agent), static c => c.Outcome == DiagnosisOutcome.Failed);

        Assert.Equal("Policy", policy.Name);
        Assert.Contains("line 3", policy.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_refuses_to_tell_its_status_fails_the_policy()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) =>
            connection.SendAsync(FakeAnswers.Error(request.Id, -32010, "AccessDenied", "The rule is missing.")));

        FailsAt("Policy", await DiagnoseAsync(agent));
    }

    [Fact]
    public async Task A_connection_lost_while_looking_is_a_finding()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => connection.ShakeHandsAsync());

        FailsAt("Policy", await DiagnoseAsync(agent));
    }

    [Fact]
    public async Task A_missing_socket_and_one_without_a_listener_are_told_apart()
    {
        using FakeAgent agent = FakeAgent.Absent();

        DiagnosisCheck missing = FailsAt("Something listens", await DiagnoseAsync(agent));
        using var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        left.Bind(new UnixDomainSocketEndPoint(agent.SocketPath));
        DiagnosisCheck silent = FailsAt("Something listens", await DiagnoseAsync(agent));

        Assert.Contains("no socket", missing.Detail, StringComparison.Ordinal);
        Assert.Contains("Nothing listens", silent.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_at_once_fails_to_stay_open()
    {
        using FakeAgent agent = FakeAgent.Start(static _ => Task.CompletedTask);

        FailsAt("Connection stays open", await DiagnoseAsync(agent));
    }

    [Fact]
    public async Task Silence_and_nonsense_are_told_apart()
    {
        var hasty = new SessionOptions { ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        using FakeAgent silent = FakeAgent.Start(static _ => Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken));
        using FakeAgent chatty = FakeAgent.Start(static async connection =>
        {
            await connection.SendBytesAsync("220 mail ready\r\n\r\n"u8.ToArray());
            await connection.ReadAsync();
        });

        Assert.Contains("did not answer", FailsAt("Agent speaks", await DiagnoseAsync(silent, hasty)).Detail, StringComparison.Ordinal);
        Assert.Contains("does not speak", FailsAt("Agent speaks", await DiagnoseAsync(chatty)).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ProtocolMismatch", -32003, "Protocol version")]
    [InlineData("PeerUnidentified", -32011, "Identity established")]
    [InlineData("AccessDenied", -32010, "Policy")]
    [InlineData("TooBusy", -32040, "Policy")]
    public async Task A_refusal_fails_where_it_belongs(string kind, int code, string check)
    {
        using FakeAgent agent = FakeAgent.Start(async connection =>
            await connection.SendAsync(FakeAnswers.Error((await connection.ReadAsync())!.Id, code, kind, "The agent says why.")));

        FailsAt(check, await DiagnoseAsync(agent));
    }

    [Fact]
    public async Task A_cancelled_diagnosis_ends_at_once()
    {
        using FakeAgent agent = FakeAgent.Start(static _ => Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken));
        using var cancellation = new CancellationTokenSource();
        Task<List<DiagnosisCheck>> running = DiagnoseAsync(agent, null, cancellation.Token);
        await Task.Delay(50, TestContext.Current.CancellationToken);

        await Failing.CancelledAtOnce(running, cancellation.Cancel);
    }

    private static FakeAgent WithStatus(string status) => FakeAgent.Answering((connection, request) => request.Method == Methods.AgentStatus
        ? connection.AnswerAsync(request, status)
        : FakeAgent.AnswerNormallyAsync(connection, request));

    private static async Task<List<DiagnosisCheck>> DiagnoseAsync(FakeAgent agent, SessionOptions? options = null, CancellationToken cancellationToken = default)
    {
        var checks = new List<DiagnosisCheck>();
        await foreach (DiagnosisCheck check in AgentDiagnosis.RunAsync(agent.Endpoint, options, cancellationToken))
        {
            checks.Add(check);
        }

        return checks;
    }

    /// <summary>Everything before has passed, everything behind was skipped with this one as the reason, and there is advice.</summary>
    private static DiagnosisCheck FailsAt(string name, List<DiagnosisCheck> checks)
    {
        Assert.Equal(Order, checks.Select(static c => c.Name));
        int at = Array.IndexOf(Order, name);
        Assert.All(checks.Take(at).Skip(1), static c => Assert.Equal(DiagnosisOutcome.Passed, c.Outcome));
        Assert.Equal(DiagnosisOutcome.Failed, checks[at].Outcome);
        Assert.NotEmpty(checks[at].RecommendedAction!);
        Assert.All(checks.Skip(at + 1), skipped =>
        {
            Assert.Equal(DiagnosisOutcome.Skipped, skipped.Outcome);
            Assert.Contains($"'{name}'", skipped.Detail, StringComparison.Ordinal);
        });
        return checks[at];
    }
}
