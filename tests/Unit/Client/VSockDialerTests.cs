using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using EsxAgent.Client.Transports;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>The habits of connecting over VMCI, played without a vSocket.</summary>
public sealed class VSockDialerTests
{
    private readonly List<uint?> _ports = [];

    [Fact]
    public async Task The_first_connection_comes_from_a_privileged_port()
    {
        Transport transport = await DialAsync(_ => null);

        Assert.Equal(1000u, transport.PrivilegedPort);
    }

    [Fact]
    public async Task Resets_mean_the_next_port_and_the_eighth_is_final()
    {
        TransportException e = await Assert.ThrowsAsync<TransportException>(() => DialAsync(_ => TransportError.Reset));

        Assert.Equal(TransportError.Reset, e.Error);
        Assert.Equal([1000u, 1001u, 1002u, 1003u, 1004u, 1005u, 1006u, 1007u], _ports);
    }

    [Fact]
    public async Task A_pair_of_ports_that_is_still_closing_is_stepped_over()
    {
        Transport transport = await DialAsync(attempt => attempt < 7 ? TransportError.Reset : null);

        Assert.Equal(1007u, transport.PrivilegedPort);
    }

    [Fact]
    public async Task Ports_in_use_are_gone_round_once()
    {
        await Assert.ThrowsAsync<TransportException>(() => DialAsync(_ => TransportError.AddressInUse));

        Assert.Equal(512, _ports.Count);
        Assert.Equal(Enumerable.Range(512, 512).Select(static p => (uint?)p), _ports.Order());
        Assert.Equal(512u, _ports[24]);
    }

    [Fact]
    public async Task A_lack_of_buffers_is_waited_out_five_times()
    {
        await DialAsync(attempt => attempt < 5 ? TransportError.NoBuffers : null);
        TransportException e = await Assert.ThrowsAsync<TransportException>(() => DialAsync(_ => TransportError.NoBuffers));

        Assert.Equal(TransportError.NoBuffers, e.Error);
        Assert.Equal(6 + 6, _ports.Count);
    }

    [Fact]
    public async Task Without_the_right_to_a_privileged_port_an_ordinary_one_is_tried()
    {
        Transport transport = await DialAsync(attempt => attempt == 0 ? TransportError.PortDenied : null);

        Assert.Null(transport.PrivilegedPort);
        Assert.Equal([1000u, null], _ports);
    }

    [Theory]
    [InlineData((int)TransportError.UnknownContext)]
    [InlineData((int)TransportError.Denied)]
    [InlineData((int)TransportError.TimedOut)]
    public async Task Other_failures_are_final(int error)
    {
        await Assert.ThrowsAsync<TransportException>(() => DialAsync(_ => (TransportError)error));

        Assert.Single(_ports);
    }

    [Fact]
    public void Privileged_ports_go_round()
    {
        var ports = new PrivilegedPorts(510);

        Assert.Equal([1022u, 1023u, 512u, 513u], [ports.Next(), ports.Next(), ports.Next(), ports.Next()]);
    }

    private Task<Transport> DialAsync(Func<int, TransportError?> outcome)
    {
        int attempt = 0;
        return VSockDialer.DialAsync(
            (port, _) =>
            {
                _ports.Add(port);
                return outcome(attempt++) is TransportError error
                    ? Task.FromException<Transport>(new TransportException(error, "played"))
                    : Task.FromResult<Transport>(new Unconnected { PrivilegedPort = port });
            },
            new PrivilegedPorts(1000 - 512),
            TestContext.Current.CancellationToken);
    }

    private sealed class Unconnected : Transport
    {
        public override int Receive(Span<byte> buffer) => 0;

        public override int TrySend(ReadOnlySpan<byte> bytes) => bytes.Length;

        public override void Send(ReadOnlySpan<byte> bytes)
        {
        }

        public override void Shutdown()
        {
        }

        public override void Dispose()
        {
        }
    }
}
