using System;
using System.Text;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>Streams that cannot be understood: answered once, then closed, and nobody else notices.</summary>
public sealed class BrokenFrameTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private const int MiB = 1 << 20;

    [Theory]
    [InlineData("Content-Length: -1\r\n\r\n")]
    [InlineData("Content-Length: +5\r\n\r\n{}   ")]
    [InlineData("Content-Length: 1e3\r\n\r\n")]
    [InlineData("Content-Length: 0x10\r\n\r\n")]
    [InlineData("Content-Length: 5 5\r\n\r\n")]
    [InlineData("Content-Length: five\r\n\r\n")]
    [InlineData("Content-Length:\r\n\r\n")]
    [InlineData("Content-Length\r\n\r\n")]
    [InlineData("Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("Content-Length: 2\r\ncontent-length: 9999\r\n\r\n{}")]
    [InlineData("Content-Length: 99999999999\r\n\r\n")]
    [InlineData("Content-Length: 9223372036854775807\r\n\r\n")]
    [InlineData("Content-Length: 9223372036854775808\r\n\r\n")]
    [InlineData("Content-Length: 18446744073709551616000\r\n\r\n")]
    [InlineData("Content-Type: application/json\r\n\r\n{}")]
    [InlineData("X: y\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("Content-Length: 2\n\n{}\r\n\r\n")]
    [InlineData("Content-Length: 2\r\nX\u0001: y\r\n\r\n{}")]
    [InlineData("Content-Length: 2\r\nXé: y\r\n\r\n{}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$/ping\"}")]
    [InlineData("\r\n\r\n")]
    [InlineData(": 5\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc")]
    public void A_header_that_is_wrong_is_answered_once_and_the_connection_ends(string bytes) => MustBeAnsweredOnceAndEnd(Encoding.UTF8.GetBytes(bytes));

    [Fact]
    public void A_header_block_of_257_bytes_ends_the_connection() =>
        MustBeAnsweredOnceAndEnd(FrameTests.HeaderBlock(257, Frame.Request("1", "$/ping")));

    [Fact]
    public void A_header_block_without_end_ends_the_connection_after_its_limit() => MustBeAnsweredOnceAndEnd(Encoding.ASCII.GetBytes(new string('x', 300)));

    [Fact]
    public void Random_bytes_end_the_connection()
    {
        byte[] bytes = new byte[2_000];
        new Random(20_260_101).NextBytes(bytes);

        // With a letter in front it looks like a header at first.
        MustBeAnsweredOnceAndEnd([(byte)'C', .. bytes]);
        MustBeAnsweredOnceAndEnd([0, .. bytes]);
    }

    [Fact]
    public void The_dialect_of_the_old_volume_client_is_refused_by_name()
    {
        byte[] magic = [0xEF, 0xBE, 0xAD, 0x0B, 0x10, 0, 0, 0];
        Assert.Contains("old volume client", MustBeAnsweredOnceAndEnd(magic).ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_of_17_MiB_is_answered_once_and_the_connection_ends() => MustBeAnsweredOnceAndEnd([.. Frame.Header(17 * MiB), .. new byte[100]]);

    [Fact]
    public void A_body_of_one_byte_more_than_16_MiB_ends_the_connection() => MustBeAnsweredOnceAndEnd(Frame.Header((16 * MiB) + 1));

    [Fact]
    public void What_came_before_a_broken_header_is_still_answered()
    {
        using WireConnection guest = shared.World.Guest();
        guest.Send([.. Frame.Of(Frame.Request("1", "$/ping")), .. "Content-Length: x\r\n\r\n"u8, .. Frame.Of(Frame.Request("2", "$/ping"))]);
        Assert.Equal("1", guest.Receive().Id);
        guest.Receive().MustFail("InvalidRequest", -32600, id: "null");
        guest.MustEnd();
    }

    private WireMessage MustBeAnsweredOnceAndEnd(byte[] bytes)
    {
        using Bystander other = shared.World.WatchFromAside();
        using WireConnection guest = shared.World.Guest();
        guest.Send(bytes);
        WireMessage answer = guest.Receive().MustFail("InvalidRequest", -32600, id: "null");
        guest.MustEnd();
        other.MustHaveNoticedNothing();
        return answer;
    }
}
