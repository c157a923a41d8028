using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using EsxAgent.Protocol.Framing;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EsxAgent.Tests.Protocol;

public sealed class FrameDecoderTests
{
    private const int MaxBody = 1 << 20;

    [Fact]
    public void A_frame_arrives_whole()
    {
        Assert.Equal(["{}"], Decode(Frame("{}")));
    }

    [Fact]
    public void A_frame_arrives_byte_by_byte()
    {
        Assert.Equal(["{\"a\":1}", "[]"], Decode([.. Frame("{\"a\":1}"), .. Frame("[]")], 1));
    }

    [Fact]
    public void Two_frames_arrive_in_one_piece()
    {
        Assert.Equal(["1", "2"], Decode([.. Frame("1"), .. Frame("2")]));
    }

    [Fact]
    public void An_empty_body_is_a_body()
    {
        Assert.Equal(["", "1"], Decode([.. Frame(""), .. Frame("1")]));
    }

    [Fact]
    public void Any_split_of_a_stream_gives_the_same_bodies()
    {
        string[] bodies = ["{}", "", new string('x', 5000), "é", new string('y', 70_000), "end"];
        byte[] stream = bodies.SelectMany(Frame).ToArray();

        Prop.ForAll(ArbMap.Default.GeneratorFor<int>().Select(n => 1 + Math.Abs(n % 9000)).ArrayOf().ToArbitrary(), sizes =>
            Decode(stream, sizes.Length == 0 ? [stream.Length] : sizes).SequenceEqual(bodies)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_largest_body_is_taken()
    {
        Assert.Equal(MaxBody, Assert.Single(Decode(Frame(new string('a', MaxBody)))).Length);
    }

    [Fact]
    public void A_body_of_one_byte_more_is_told_once_and_skipped()
    {
        byte[] stream = [.. Frame(new string('a', MaxBody + 1)), .. Frame("next")];

        Assert.Equal(["<TooLarge>", "next"], Decode(stream, 4096));
    }

    [Fact]
    public void A_body_beyond_16_MiB_breaks_the_stream()
    {
        Assert.Equal(["<Broken>"], Decode(Encoding.ASCII.GetBytes("Content-Length: 17825792\r\n\r\n")));
    }

    [Theory]
    [InlineData("Content-Length: -1\r\n\r\n")]
    [InlineData("Content-Length: \r\n\r\n")]
    [InlineData("Content-Length: 1x\r\n\r\n")]
    [InlineData("Content-Length: +1\r\n\r\n")]
    [InlineData("Content-Length: 99999999999999999999999\r\n\r\n")]
    [InlineData("Content-Length: 1\r\nContent-Length: 1\r\n\r\n1")]
    [InlineData("Content-Type: text/plain\r\n\r\n")]
    [InlineData("no colon\r\n\r\n")]
    [InlineData(": 1\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("{\"jsonrpc\":\"2.0\"}")]
    [InlineData("Content-Length: 1\u0007\r\n\r\n1")]
    public void A_header_that_cannot_be_read_breaks_the_stream(string header)
    {
        Assert.Equal(["<Broken>"], Decode(Encoding.UTF8.GetBytes(header)));
    }

    [Theory]
    [InlineData("content-length:2\r\n\r\n{}")]
    [InlineData("CONTENT-LENGTH:   2   \r\n\r\n{}")]
    [InlineData("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("X-Other: a:b\r\nContent-Length: 2\r\nX-More: 1\r\n\r\n{}")]
    public void Header_names_know_no_case_and_other_headers_are_read_over(string stream)
    {
        Assert.Equal(["{}"], Decode(Encoding.ASCII.GetBytes(stream)));
    }

    [Fact]
    public void A_header_block_of_256_bytes_is_taken_and_one_more_is_not()
    {
        string fits = "X: ".PadRight(FrameLimits.Header - "\r\nContent-Length: 2\r\n\r\n".Length, 'x') + "\r\nContent-Length: 2\r\n\r\n{}";

        Assert.Equal(["{}"], Decode(Encoding.ASCII.GetBytes(fits)));
        Assert.Equal(["<Broken>"], Decode(Encoding.ASCII.GetBytes("X" + fits)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("007")]
    [InlineData("0000000000001")]
    [InlineData("1048576")]
    [InlineData("1048577")]
    [InlineData("16777217")]
    [InlineData("999999999")]
    [InlineData("4294967297")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1x")]
    [InlineData("1 ")]
    public void The_header_as_it_is_usually_written_is_read_as_any_other(string length)
    {
        byte[] body = new byte[64];
        body.AsSpan().Fill((byte)'a');

        List<string> usual = Decode([.. Encoding.ASCII.GetBytes($"Content-Length: {length}\r\n\r\n"), .. body]);
        List<string> other = Decode([.. Encoding.ASCII.GetBytes($"CONTENT-LENGTH:{length}\r\n\r\n"), .. body]);

        Assert.Equal(other, usual);
    }

    [Fact]
    public void A_header_that_never_ends_breaks_the_stream()
    {
        Assert.Equal(["<Broken>"], Decode(Encoding.ASCII.GetBytes(new string('a', 257)), 1));
    }

    [Fact]
    public void The_dialect_of_the_old_volume_client_is_refused_by_name()
    {
        var decoder = new FrameDecoder(MaxBody);
        Feed(decoder, DialectMark.VolumeClient.ToArray());

        Assert.Equal(FrameStatus.Broken, decoder.TryTake(out _));
        Assert.Contains("volume client", decoder.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_is_taken_for_what_arrived_and_not_for_what_was_announced()
    {
        var decoder = new FrameDecoder(MaxBody);
        Feed(decoder, Encoding.ASCII.GetBytes("Content-Length: 1048576\r\n\r\n{"));
        decoder.TryTake(out _);
        decoder.GetFreeSpace();

        Assert.InRange(decoder.Capacity, 1, 16384);
    }

    [Fact]
    public void The_memory_of_a_large_frame_is_given_back()
    {
        var decoder = new FrameDecoder(MaxBody);
        Feed(decoder, Frame(new string('a', MaxBody)));
        decoder.TryTake(out _);
        decoder.GetFreeSpace();

        Assert.InRange(decoder.Capacity, 1, 65536);
    }

    [Fact]
    public void The_memory_of_a_large_frame_is_kept_where_that_is_wanted()
    {
        var decoder = new FrameDecoder(MaxBody, keptBuffer: 2 * MaxBody);
        Feed(decoder, Frame(new string('a', MaxBody)));
        decoder.TryTake(out _);
        decoder.GetFreeSpace();

        Assert.InRange(decoder.Capacity, MaxBody, 2 * MaxBody);
    }

    [Fact]
    public void The_decoder_tells_whether_a_frame_was_cut_off()
    {
        var decoder = new FrameDecoder(MaxBody);
        Feed(decoder, Frame("{}"));
        decoder.TryTake(out _);
        Assert.False(decoder.IsInsideFrame);

        Feed(decoder, Encoding.ASCII.GetBytes("Content-Length: 10\r\n\r\n"));
        decoder.TryTake(out _);
        Assert.True(decoder.IsInsideFrame);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(1024)]
    [InlineData(200_000)]
    public void What_the_frame_buffer_writes_the_decoder_reads(int length)
    {
        var buffer = new FrameBuffer();
        for (int round = 0; round < 3; round++)
        {
            buffer.Reset();
            byte[] body = Enumerable.Range(0, length).Select(i => (byte)('a' + (i % 26))).ToArray();
            System.Buffers.BuffersExtensions.Write(buffer, body);

            Assert.Equal([Encoding.ASCII.GetString(body)], Decode(buffer.Complete().ToArray()));
        }
    }

    private static byte[] Frame(string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        return [.. Encoding.ASCII.GetBytes($"Content-Length: {bytes.Length}\r\n\r\n"), .. bytes];
    }

    /// <summary>The bodies of a stream that arrives in pieces of the given sizes, over and over; a status in angle brackets where there is none.</summary>
    private static List<string> Decode(byte[] stream, params int[] pieces)
    {
        var decoder = new FrameDecoder(MaxBody);
        var found = new List<string>();
        int at = 0;
        for (int turn = 0; at < stream.Length; turn++)
        {
            int size = Math.Min(pieces.Length == 0 ? stream.Length : pieces[turn % pieces.Length], stream.Length - at);
            Feed(decoder, stream.AsSpan(at, size));
            at += size;
            FrameStatus status;
            while ((status = Take(decoder, found)) is FrameStatus.Body or FrameStatus.TooLarge)
            {
            }

            if (status == FrameStatus.Broken)
            {
                return found;
            }
        }

        return found;

        static FrameStatus Take(FrameDecoder decoder, List<string> found)
        {
            FrameStatus status = decoder.TryTake(out ReadOnlyMemory<byte> body);
            if (status != FrameStatus.Incomplete)
            {
                found.Add(status == FrameStatus.Body ? Encoding.UTF8.GetString(body.Span) : $"<{status}>");
            }

            return status;
        }
    }

    /// <summary>Hands bytes over as a receive would: as much as there is room for, looking for frames in between like the connection does.</summary>
    private static void Feed(FrameDecoder decoder, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> space = decoder.GetFreeSpace().Span;
            int count = Math.Min(space.Length, bytes.Length);
            bytes[..count].CopyTo(space);
            decoder.Advance(count);
            bytes = bytes[count..];
        }
    }
}
