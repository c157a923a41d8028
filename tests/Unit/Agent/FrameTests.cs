using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>Frames that are right, however they arrive.</summary>
public sealed class FrameTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private const int MiB = 1 << 20;

    private static readonly byte[] s_ping = Frame.Of(Frame.Request("1", "$/ping"));

    [Fact]
    public void A_frame_that_comes_byte_by_byte_is_answered()
    {
        using WireConnection guest = shared.World.Guest();
        foreach (byte one in s_ping)
        {
            guest.Send([one]);
        }

        Assert.Equal("1", guest.Receive().Id);
    }

    [Fact]
    public void A_frame_may_be_split_at_every_position()
    {
        using WireConnection guest = shared.World.Guest();
        for (int position = 1; position < s_ping.Length; position++)
        {
            guest.Send(s_ping.AsSpan(0, position));
            Thread.Sleep(1);
            guest.Send(s_ping.AsSpan(position));
            Assert.Equal("1", guest.Receive().Id);
        }
    }

    [Fact]
    public void Two_frames_in_one_write_are_both_answered()
    {
        using WireConnection guest = shared.World.Guest();
        guest.Send([.. s_ping, .. Frame.Of(Frame.Request("\"two\"", "$/ping"))]);
        Assert.Equal("1", guest.Receive().Id);
        Assert.Equal("\"two\"", guest.Receive().Id);
    }

    [Fact]
    public void A_frame_and_a_half_in_one_write_and_the_rest_in_another_are_both_answered()
    {
        using WireConnection guest = shared.World.Guest();
        byte[] second = Frame.Of(Frame.Request("2", "$/ping"));
        guest.Send([.. s_ping, .. second.AsSpan(0, 30)]);
        Assert.Equal("1", guest.Receive().Id);
        guest.Send(second.AsSpan(30));
        Assert.Equal("2", guest.Receive().Id);
    }

    [Theory]
    [InlineData("Content-Length: {0}\r\n\r\n")]
    [InlineData("content-length: {0}\r\n\r\n")]
    [InlineData("CONTENT-LENGTH:{0}\r\n\r\n")]
    [InlineData("cOnTeNt-LeNgTh :   {0}  \r\n\r\n")]
    [InlineData("Content-Length: 000{0}\r\n\r\n")]
    [InlineData("Content-Length: {0}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n")]
    [InlineData("content-type: application/json\r\nContent-Length: {0}\r\n\r\n")]
    [InlineData("X-Trace: a:b:c\r\nContent-Length: {0}\r\nX-Empty:\r\n\r\n")]
    [InlineData("Content-Lengths: 5\r\nContent-Length: {0}\r\n\r\n")]
    public void A_header_may_be_written_in_many_ways(string header)
    {
        using WireConnection guest = shared.World.Guest();
        string body = Frame.Request("1", "$/ping");
        string given = string.Format(CultureInfo.InvariantCulture, header, body.Length);
        guest.Send(given + body).Send(given + body);
        Assert.Equal("1", guest.Receive().Id);
        Assert.Equal("1", guest.Receive().Id);
    }

    [Fact]
    public void A_header_block_of_256_bytes_is_accepted()
    {
        using WireConnection guest = shared.World.Guest();
        guest.Send(HeaderBlock(256, Frame.Request("1", "$/ping")));
        Assert.Equal("1", guest.Receive().Id);
    }

    [Fact]
    public void A_body_of_1_MiB_is_accepted()
    {
        using WireConnection guest = shared.World.Guest();
        guest.SendFrame(Frame.PingOfBytes(7, MiB));
        Assert.Equal("7", guest.Receive().Id);
    }

    [Fact]
    public void A_body_of_one_byte_more_than_1_MiB_is_answered_and_the_connection_goes_on()
    {
        using WireConnection guest = shared.World.Guest();
        guest.SendFrame(Frame.PingOfBytes(7, MiB + 1)).SendFrame(Frame.PingOfBytes(8, MiB));
        guest.Receive().MustFail("FrameTooLarge", -32600, id: "null");
        Assert.Equal("8", guest.Receive().Id);
    }

    [Fact]
    public void A_body_of_16_MiB_is_thrown_away_and_the_connection_goes_on()
    {
        using Bystander other = shared.World.WatchFromAside();
        using WireConnection guest = shared.World.Guest();
        guest.Send(Frame.Header(16 * MiB)).Send(new byte[16 * MiB]).Send(s_ping);
        guest.Receive().MustFail("FrameTooLarge", -32600, id: "null");
        Assert.Equal("1", guest.Receive().Id);
        other.MustHaveNoticedNothing();
    }

    [Fact]
    public void The_answer_to_a_body_that_is_too_large_comes_before_the_body_does()
    {
        using WireConnection guest = shared.World.Guest();
        guest.Send(Frame.Header(2 * MiB));
        guest.Receive().MustFail("FrameTooLarge", -32600, id: "null");
        guest.Send(new byte[2 * MiB]).Send(s_ping);
        Assert.Equal("1", guest.Receive().Id);
    }

    [Fact]
    public void An_empty_body_is_answered_and_the_connection_goes_on()
    {
        using WireConnection guest = shared.World.Guest();
        guest.Send(Frame.Header(0)).Send(s_ping);
        guest.Receive().MustFail("ParseError", -32700, id: "null");
        Assert.Equal("1", guest.Receive().Id);
    }

    [Fact]
    public void A_thousand_frames_in_one_write_are_answered_in_order()
    {
        using WireConnection guest = shared.World.Guest();
        byte[] all = [.. Enumerable.Range(0, 1_000).SelectMany(id => Frame.Of(Frame.Request($"{id}", "$/ping")))];
        guest.Send(all);
        for (int id = 0; id < 1_000; id++)
        {
            Assert.Equal($"{id}", guest.Receive().Id);
        }
    }

    /// <summary>A frame whose header block has exactly this many bytes, the empty line included.</summary>
    internal static byte[] HeaderBlock(int bytes, string body)
    {
        string length = string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        int padding = bytes - length.Length - "X: \r\n\r\n".Length;
        return Encoding.ASCII.GetBytes($"{length}X: {new string('x', padding)}\r\n\r\n{body}");
    }
}
