using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>From nothing to a session, and every way in which there is none.</summary>
public sealed class ConnectTests
{
    private static readonly SessionOptions Hasty = new() { ConnectTimeout = TimeSpan.FromMilliseconds(200) };

    [Fact]
    public async Task A_session_knows_what_the_agent_said_in_the_handshake()
    {
        using FakeAgent agent = FakeAgent.Normal();
        DateTimeOffset before = DateTimeOffset.Now;

        using AgentSession session = await agent.ConnectAsync();

        Assert.Equal(SessionState.Open, session.State);
        Assert.Equal("9.9.9", session.Agent.AgentInfo!.Version);
        Assert.Equal(FakeAnswers.HostUuid, session.Agent.Host!.Uuid);
        Assert.Equal(agent.Endpoint, session.Endpoint);
        Assert.InRange(session.Connected, before, DateTimeOffset.Now);
        Assert.Null(session.Failure);
        Assert.False(session.HostHasChanged);
    }

    [Fact]
    public async Task The_handshake_names_the_versions_and_the_program()
    {
        using FakeAgent agent = FakeAgent.Normal();

        using AgentSession session = await agent.ConnectAsync(new SessionOptions { ClientName = "tool", ClientVersion = "1.2" });

        FakeRequest initialize = await agent.WaitForAsync(Methods.Initialize);
        Assert.Equal("[1]", initialize.Params.GetProperty("protocolVersions").GetRawText());
        Assert.Equal("""{"name":"tool","version":"1.2"}""", initialize.Params.GetProperty("clientInfo").GetRawText());
    }

    [Fact]
    public async Task A_path_that_does_not_exist_is_a_missing_endpoint()
    {
        using FakeAgent agent = FakeAgent.Absent();

        ConnectionException e = await Failing.With(ConnectionFailure.EndpointMissing, () => agent.ConnectAsync());

        Assert.Contains(agent.SocketPath, e.Message, StringComparison.Ordinal);
        Assert.Contains("--listen", e.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_that_a_killed_agent_left_behind_has_nobody_listening()
    {
        using FakeAgent agent = FakeAgent.Absent();
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(agent.SocketPath + "2"));
            File.Move(agent.SocketPath + "2", agent.SocketPath);
        }

        await Failing.With(ConnectionFailure.NothingListens, () => agent.ConnectAsync());
    }

    [Fact]
    public async Task A_socket_of_another_kind_is_no_agent()
    {
        using FakeAgent agent = FakeAgent.Absent();
        using var datagrams = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        datagrams.Bind(new UnixDomainSocketEndPoint(agent.SocketPath));

        await Failing.With(ConnectionFailure.NotAnAgent, () => agent.ConnectAsync());
    }

    [Fact]
    public async Task A_connection_that_is_closed_at_once_is_told_from_silence()
    {
        using FakeAgent agent = FakeAgent.Start(static _ => Task.CompletedTask);

        await Failing.With(ConnectionFailure.ResetAtOnce, () => agent.ConnectAsync());
    }

    [Fact]
    public async Task A_connection_that_is_closed_after_the_request_is_told_from_silence()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => connection.ReadAsync());

        await Failing.With(ConnectionFailure.ResetAtOnce, () => agent.ConnectAsync());
    }

    [Fact]
    public async Task An_agent_that_does_not_answer_is_silent()
    {
        using FakeAgent agent = FakeAgent.Start(static _ => Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken));

        ConnectionException e = await Failing.With(ConnectionFailure.Silent, () => agent.ConnectAsync(Hasty));

        Assert.Contains("0.2 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_does_not_take_connections_is_silent()
    {
        using FakeAgent agent = FakeAgent.Absent();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(agent.SocketPath));
        listener.Listen(0);
        using Socket first = Fill(agent.SocketPath);

        await Failing.With(ConnectionFailure.Silent, () => agent.ConnectAsync(Hasty));
    }

    [Fact]
    public async Task A_connection_that_is_taken_late_is_taken()
    {
        using FakeAgent agent = FakeAgent.Absent();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(agent.SocketPath));
        listener.Listen(0);
        using Socket first = Fill(agent.SocketPath);
        Task<ConnectionException> connecting = Failing.With(ConnectionFailure.ResetAtOnce, () => agent.ConnectAsync());

        await Task.Delay(50, TestContext.Current.CancellationToken);
        listener.Accept().Dispose();
        listener.Accept().Dispose();

        await connecting;
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    [InlineData("\u0001\u0002\u0003")]
    [InlineData("Content-Length: 17000000\r\n\r\n")]
    [InlineData("Content-Length: 5000000\r\n\r\n")]
    [InlineData("Content-Length: 4\r\n\r\n{]\"!")]
    [InlineData("Content-Length: 2\r\n\r\n[]")]
    [InlineData("Content-Length: 2\r\n\r\n{}")]
    public async Task Whatever_is_not_this_protocol_is_no_agent(string answer)
    {
        using FakeAgent agent = FakeAgent.Start(async connection =>
        {
            await connection.ReadAsync();
            await connection.SendBytesAsync(System.Text.Encoding.Latin1.GetBytes(answer));
            await connection.ReadAsync();
        });

        await Failing.With(ConnectionFailure.NotAnAgent, () => agent.ConnectAsync());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("""{"protocolVersion":"one"}""")]
    [InlineData("""{"protocolVersion":1,"capabilities":{"a":true}}""")]
    public async Task A_handshake_answered_with_something_else_is_no_agent(string result)
    {
        using FakeAgent agent = FakeAgent.Start(async connection => await connection.AnswerAsync((await connection.ReadAsync())!, result));

        await Failing.With(ConnectionFailure.NotAnAgent, () => agent.ConnectAsync());
    }

    [Fact]
    public async Task A_server_of_another_protocol_that_speaks_the_same_frames_is_no_agent()
    {
        using FakeAgent agent = RefusingWith(-32601, "MethodNotFound", "Unhandled method initialize");

        await Failing.With(ConnectionFailure.NotAnAgent, () => agent.ConnectAsync());
    }

    [Fact]
    public async Task Another_protocol_version_names_both_sides()
    {
        using FakeAgent agent = RefusingWith(-32003, "ProtocolMismatch", "No common version.", ""","agentVersions":[3,2],"clientVersions":[1]""");

        ConnectionException e = await Failing.With(ConnectionFailure.ProtocolMismatch, () => agent.ConnectAsync());

        Assert.Contains("version 3, 2, this client 1", e.Message, StringComparison.Ordinal);
        Assert.IsType<AgentException>(e.InnerException);
    }

    [Fact]
    public async Task A_version_that_was_not_offered_is_a_mismatch()
    {
        using FakeAgent agent = FakeAgent.Start(static async connection =>
            await connection.AnswerAsync((await connection.ReadAsync())!, FakeAnswers.Initialize(version: 7)));

        await Failing.With(ConnectionFailure.ProtocolMismatch, () => agent.ConnectAsync());
    }

    [Theory]
    [InlineData("PeerUnidentified", -32011)]
    [InlineData("AccessDenied", -32010)]
    [InlineData("TooBusy", -32040)]
    [InlineData("ShuttingDown", -32041)]
    public async Task A_refusal_holds_the_agents_own_words(string kind, int code)
    {
        using FakeAgent agent = RefusingWith(code, kind, "It says why.");

        ConnectionException e = await Failing.With(ConnectionFailure.Refused, () => agent.ConnectAsync());

        Assert.Contains("It says why.", e.Message, StringComparison.Ordinal);
        Assert.Equal(kind, Assert.IsType<AgentException>(e.InnerException).Kind.Name);
    }

    [Fact]
    public async Task A_refusal_that_comes_before_any_request_is_heard()
    {
        using FakeAgent agent = FakeAgent.Start(static connection =>
            connection.SendAsync(FakeAnswers.Error(null, -32040, "TooBusy", "This VM holds 16 connections.", ",\"recommendedAction\":\"Close one.\"")));

        ConnectionException e = await Failing.With(ConnectionFailure.Refused, () => agent.ConnectAsync());

        Assert.Equal(ErrorKind.TooBusy, Assert.IsType<AgentException>(e.InnerException).Kind);
        Assert.Equal("Close one.", e.RecommendedAction);
    }

    [Fact]
    public async Task A_listeners_address_names_no_machine()
    {
        await Failing.With(
            ConnectionFailure.UnknownContext,
            static () => AgentSession.ConnectAsync(Endpoint.Parse("vsock:any:1019"), null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Connecting_can_be_cancelled_while_the_agent_is_silent()
    {
        using FakeAgent agent = FakeAgent.Start(static _ => Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken));
        using var cancellation = new CancellationTokenSource();
        Task<AgentSession> connecting = AgentSession.ConnectAsync(agent.Endpoint, null, cancellation.Token);
        await Task.Delay(50, TestContext.Current.CancellationToken);

        await Failing.CancelledAtOnce(connecting, cancellation.Cancel);
    }

    [Fact]
    public async Task Connecting_can_be_cancelled_while_the_queue_is_full()
    {
        using FakeAgent agent = FakeAgent.Absent();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(agent.SocketPath));
        listener.Listen(0);
        using Socket first = Fill(agent.SocketPath);
        using var cancellation = new CancellationTokenSource();
        Task<AgentSession> connecting = AgentSession.ConnectAsync(agent.Endpoint, null, cancellation.Token);
        await Task.Delay(50, TestContext.Current.CancellationToken);

        await Failing.CancelledAtOnce(connecting, cancellation.Cancel);
    }

    private static FakeAgent RefusingWith(int code, string kind, string message, string more = "") => FakeAgent.Start(async connection =>
        await connection.SendAsync(FakeAnswers.Error((await connection.ReadAsync())!.Id, code, kind, message, more)));

    /// <summary>Takes the one place in the queue of a listener with no backlog.</summary>
    private static Socket Fill(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }
}
