using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Client.Connections;
using EsxAgent.Client.Transports;
using EsxAgent.Protocol.Endpoints;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>The transports below a connection, and the words for what goes wrong in them.</summary>
public sealed class TransportTests
{
    private static readonly Endpoint Host = Endpoint.Host;
    private static readonly Endpoint File = Endpoint.Parse("unix:/run/a.sock");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_transport_of_other_systems_carries_requests_too()
    {
        using FakeAgent agent = FakeAgent.Normal();
        using Transport transport = await SocketConnector.ConnectUnixAsync(agent.SocketPath, Token);

        transport.Send(FakeAnswers.Frame("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"""));
        var buffer = new byte[100];
        int count = transport.Receive(buffer);

        Assert.StartsWith("Content-Length: ", System.Text.Encoding.ASCII.GetString(buffer, 0, count), StringComparison.Ordinal);
        Assert.Equal(0, transport.TrySend(buffer));
    }

    [Fact]
    public async Task The_transport_of_other_systems_names_its_failures()
    {
        using FakeAgent agent = FakeAgent.Absent();
        Assert.Equal(TransportError.Missing, (await Assert.ThrowsAsync<TransportException>(() => SocketConnector.ConnectUnixAsync(agent.SocketPath, Token))).Error);

        using var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        left.Bind(new UnixDomainSocketEndPoint(agent.SocketPath));
        Assert.Equal(TransportError.Refused, (await Assert.ThrowsAsync<TransportException>(() => SocketConnector.ConnectUnixAsync(agent.SocketPath, Token))).Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_shutdown_wakes_who_waits_to_receive(bool portable)
    {
        using FakeAgent agent = FakeAgent.Start(static _ => Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken));
        using Transport transport = portable
            ? await SocketConnector.ConnectUnixAsync(agent.SocketPath, Token)
            : await LinuxConnector.ConnectUnixAsync(agent.SocketPath, Token);
        Task<bool> receiving = Task.Run(() => Ends(transport), Token);
        await Task.Delay(50, Token);

        transport.Shutdown();

        Assert.True(await receiving.WaitAsync(TimeSpan.FromSeconds(5), Token));

        static bool Ends(Transport transport)
        {
            try
            {
                return transport.Receive(new byte[1]) == 0;
            }
            catch (TransportException)
            {
                return true;
            }
        }
    }

    [Fact]
    public void A_vsocket_address_is_serialized_as_the_system_wants_it()
    {
        var endPoint = new VSockEndPoint(VSockAddress.WindowsFamily, 2, 1019);

        SocketAddress address = endPoint.Serialize();

        Assert.Equal([28, 0, 0, 0, 0xFB, 3, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0], address.Buffer[..address.Size].ToArray());
        Assert.Equal("vsock:2:1019", endPoint.Create(address).ToString());
    }

    [Fact]
    public void Whether_this_system_has_vsockets_is_found_out_without_connecting()
    {
        Exception? e = Record.Exception(TransportFactory.RequireVSockets);

        Assert.True(e is null or TransportException { Error: TransportError.FamilyUnsupported or TransportError.FamilyDenied }, $"{e}");
    }

    [Theory]
    [InlineData((int)TransportError.Reset, ConnectionFailure.NothingListens, "port 1019 of the host")]
    [InlineData((int)TransportError.UnknownContext, ConnectionFailure.UnknownContext, "context id 2")]
    [InlineData((int)TransportError.Denied, ConnectionFailure.NotAdministrator, "denies")]
    [InlineData((int)TransportError.FamilyUnsupported, ConnectionFailure.VSocketUnsupported, "has no vSockets")]
    [InlineData((int)TransportError.FamilyDenied, ConnectionFailure.VSocketUnsupported, "filter of system calls")]
    [InlineData((int)TransportError.TimedOut, ConnectionFailure.Silent, "gave up")]
    [InlineData((int)TransportError.NoBuffers, ConnectionFailure.SystemError, "played")]
    public async Task Failures_of_a_vsocket_have_their_own_words(int error, ConnectionFailure failure, string words)
    {
        ConnectionException e = ConnectionFailures.NotConnected(Host, new TransportException((TransportError)error, "played"));

        await Failing.With(failure, () => Task.FromException(e));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((int)TransportError.Refused, ConnectionFailure.NothingListens)]
    [InlineData((int)TransportError.Denied, ConnectionFailure.NotAdministrator)]
    [InlineData((int)TransportError.Missing, ConnectionFailure.EndpointMissing)]
    public async Task Failures_of_a_socket_file_name_its_path(int error, ConnectionFailure failure)
    {
        ConnectionException e = ConnectionFailures.NotConnected(File, new TransportException((TransportError)error, "played"));

        await Failing.With(failure, () => Task.FromException(e));
        Assert.Contains("/run/a.sock", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"token":"7","value":{"a":1}}""", true)]
    [InlineData("""{"value":{"a":1},"other":[{}],"token":"7"}""", true)]
    [InlineData("""{"token":7,"value":{"a":1}}""", false)]
    [InlineData("""{"token":"7x","value":{"a":1}}""", false)]
    [InlineData("""{"token":"7"}""", false)]
    [InlineData("""{"value":{"a":1}}""", false)]
    [InlineData("""{"token":"","value":{"a":1}}""", false)]
    [InlineData("[]", false)]
    [InlineData("", false)]
    public void Progress_is_known_by_its_token(string parameters, bool isOurs)
    {
        bool read = ProgressNotification.TryRead(System.Text.Encoding.UTF8.GetBytes(parameters), out long token, out ReadOnlySpan<byte> value);

        Assert.Equal(isOurs, read);
        if (isOurs)
        {
            Assert.Equal(7, token);
            Assert.Equal("""{"a":1}""", System.Text.Encoding.UTF8.GetString(value));
        }
    }
}
