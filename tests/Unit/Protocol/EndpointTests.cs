using System;
using EsxAgent.Protocol.Endpoints;
using Xunit;

namespace EsxAgent.Tests.Protocol;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("vsock:2:1019", EndpointKind.VSock, 2, 1019, null)]
    [InlineData("vsock:2", EndpointKind.VSock, 2, 1019, null)]
    [InlineData("VSOCK:any:7", EndpointKind.VSock, uint.MaxValue, 7, null)]
    [InlineData("unix:/run/a b.sock", EndpointKind.Unix, 0, 0, "/run/a b.sock")]
    [InlineData("unix:relative", EndpointKind.Unix, 0, 0, "relative")]
    public void An_endpoint_is_read(string text, EndpointKind kind, uint contextId, uint port, string? path)
    {
        Endpoint endpoint = Endpoint.Parse(text);

        Assert.Equal((kind, contextId, port, path, (long?)null), (endpoint.Kind, endpoint.ContextId, endpoint.Port, endpoint.Path, endpoint.CartelId));
    }

    [Theory]
    [InlineData("vsock:any:1019?as=2100123", 2100123)]
    [InlineData("unix:/x?as=1", 1)]
    [InlineData("unix:/what?else?as=1", 1)]
    public void The_option_names_the_calling_VM(string text, long cartel)
    {
        Endpoint endpoint = Endpoint.Parse(text);

        Assert.Equal(cartel, endpoint.CartelId);
        Assert.Equal(text, endpoint.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vsock:")]
    [InlineData("vsock:2:0")]
    [InlineData("vsock:2:4294967295")]
    [InlineData("vsock:2:99999999999")]
    [InlineData("vsock:4294967295:1")]
    [InlineData("vsock:-1:1")]
    [InlineData("vsock:2:1:1")]
    [InlineData("vsock: 2:1")]
    [InlineData("tcp:localhost:1")]
    [InlineData("unix:")]
    [InlineData("/run/x")]
    public void What_is_no_endpoint_is_told_what_one_looks_like(string? text)
    {
        Assert.False(Endpoint.TryParse(text, out _, out string? problem));
        Assert.Contains("such as", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unix:/x?as=")]
    [InlineData("unix:/x?as=0")]
    [InlineData("unix:/x?as=-1")]
    [InlineData("unix:/x?for=1")]
    public void An_unknown_option_is_refused(string text)
    {
        Assert.Contains("?as=<cartel id>", Assert.Throws<FormatException>(() => Endpoint.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_fits_no_socket_address_is_refused_with_its_length()
    {
        Assert.True(Endpoint.TryParse("unix:/" + new string('a', 106), out _, out _));
        Assert.False(Endpoint.TryParse("unix:/" + new string('a', 107), out _, out string? problem));
        Assert.Contains("108", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vsock:2:1019")]
    [InlineData("vsock:any:5?as=9")]
    [InlineData("unix:/a?as=3")]
    public void What_is_written_is_read_back(string text)
    {
        Assert.Equal(Endpoint.Parse(text), Endpoint.Parse(Endpoint.Parse(text).ToString()));
    }

    [Fact]
    public void A_vSocket_address_has_the_layout_of_the_kernel()
    {
        byte[] address = new byte[VSockAddress.Size];
        VSockAddress.Write(address, VSockAddress.LinuxFamily, 0x01020304, 0x0A0B0C0D);

        Assert.Equal([40, 0, 0, 0, 0x0D, 0x0C, 0x0B, 0x0A, 4, 3, 2, 1, 0, 0, 0, 0], address);
        Assert.Equal((0x01020304u, 0x0A0B0C0Du), VSockAddress.Read(address));
    }
}
