using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>Content that is larger than one request: read in pieces, written in pieces, and what is told where that goes wrong.</summary>
public sealed class SidecarContentTests
{
    private const int Piece = SidecarContent.MaxWriteBytes;
    private const int Size = (5 * Piece / 2) + 4096;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, null, Size)]
    [InlineData(1, null, Size - 1)]
    [InlineData(0, 0L, 0)]
    [InlineData(0, 1L, 1)]
    [InlineData(7, 131072L, 131072)]
    [InlineData(7, 131073L, 131073)]
    [InlineData(Size - 10, 100L, 10)]
    [InlineData(Size, null, 0)]
    [InlineData(5, long.MaxValue, Size - 5)]
    public async Task A_read_brings_every_byte_in_order_and_none_twice(long offset, long? length, int expected)
    {
        using var host = await FakeSidecar.StartAsync(Size);

        byte[] read = await host.Content.ReadAsync(offset, length, null, Token);

        Assert.Equal(host.Bytes[(int)offset..((int)offset + expected)], read);
        Assert.All(host.Reads, static read => Assert.InRange(read.Length, 1, SidecarContent.MaxReadBytes));
        long asked = host.Reads.Sum(static read => (long)read.Length);
        Assert.True(asked <= Math.Max(expected, SidecarContent.MaxReadBytes) + SidecarContent.MaxReadBytes, "bytes were asked for twice");
    }

    [Fact]
    public async Task A_read_has_several_requests_on_their_way_but_few()
    {
        using var host = await FakeSidecar.StartAsync(4 << 20);
        host.HoldAnswers = 6;

        Assert.Equal(host.Bytes, await host.Content.ReadAsync(cancellationToken: Token));
        Assert.InRange(host.MostAtATime, 6, 8);
    }

    [Fact]
    public async Task A_read_of_one_that_becomes_smaller_meanwhile_ends_there()
    {
        using var host = await FakeSidecar.StartAsync(Size);
        host.BeforeAnswer = (count, _) => host.Length = count < 2 ? Size : 300_000;

        Assert.Equal(host.Bytes[..300_000], await host.Content.ReadAsync(cancellationToken: Token));
    }

    [Fact]
    public async Task A_read_that_is_left_early_asks_for_no_more()
    {
        using var host = await FakeSidecar.StartAsync(64 << 20);

        await foreach (byte[] piece in host.Content.ReadPiecesAsync(cancellationToken: Token))
        {
            Assert.Equal(SidecarContent.MaxReadBytes, piece.Length);
            break;
        }

        Assert.InRange(host.Reads.Count, 1, 9);
    }

    [Fact]
    public async Task An_agent_that_is_too_busy_is_asked_again()
    {
        using var host = await FakeSidecar.StartAsync(Size);
        host.BeforeAnswer = static (count, request) => count % 3 == 1 ? throw FakeSidecar.Refusal(ErrorKind.TooBusy, "too much") : 0;
        byte[] content = RandomNumberGenerator.GetBytes(Size);

        await host.Content.WriteAsync(0, content, cancellationToken: Token);

        Assert.Equal(content, await host.Content.ReadAsync(cancellationToken: Token));
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(3, 1, 1)]
    [InlineData(0, Piece, 1)]
    [InlineData(1, Piece + 1, 2)]
    [InlineData(4096, Size - 4096, 3)]
    public async Task A_write_goes_in_pieces_in_order_and_tells_the_hashes_of_all(int offset, int length, int pieces)
    {
        using var host = await FakeSidecar.StartAsync(Size);
        byte[] before = [.. host.Bytes];
        byte[] content = RandomNumberGenerator.GetBytes(length);
        var told = new Told();

        SidecarWrite write = await host.Content.WriteAsync(offset, content, null, told, Token);

        Assert.Equal(new SidecarWrite(length, Hash(before.AsSpan(offset, length)), Hash(content)), write);
        Assert.Equal([.. before[..offset], .. content, .. before[(offset + length)..]], host.Bytes);
        Assert.Equal(pieces, host.Writes.Count);
        Assert.Equal(host.Writes.Order(), host.Writes);
        Assert.Equal(pieces > 1 ? length : 0, told.Last);
    }

    [Fact]
    public async Task A_write_in_pieces_with_the_hash_of_what_is_there_writes()
    {
        using var host = await FakeSidecar.StartAsync(Size);
        byte[] content = RandomNumberGenerator.GetBytes(Size);

        SidecarWrite write = await host.Content.WriteAsync(0, content, Hash(host.Bytes).ToUpperInvariant(), null, Token);

        Assert.Equal(Hash(content), write.HashAfter);
        Assert.Equal(content, host.Bytes);
    }

    [Fact]
    public async Task A_write_in_pieces_with_another_hash_writes_nothing()
    {
        using var host = await FakeSidecar.StartAsync(Size);

        AgentException refused = await Failing.With(
            ErrorKind.OperationConflict, () => host.Content.WriteAsync(0, new byte[Size], Hash(new byte[1]), null, Token));

        Assert.Contains($"The {Size} bytes from 0 on of the sidecar 'k1' are not the ones that were read", refused.Message, StringComparison.Ordinal);
        Assert.Empty(host.Writes);
    }

    [Fact]
    public async Task A_write_of_somebody_else_between_two_pieces_ends_it_and_is_told()
    {
        using var host = await FakeSidecar.StartAsync(Size);
        byte[] before = [.. host.Bytes];
        host.BeforeWrite = count => host.Bytes[2 * Piece] ^= (byte)(count == 2 ? 1 : 0);

        AgentException refused = await Failing.With(ErrorKind.OperationConflict, () => host.Content.WriteAsync(0, new byte[Size], Hash(before), null, Token));

        Assert.EndsWith(
            $"Of the sidecar 'k1' the bytes 0 to {(2 * Piece) - 1} are written, those from {2 * Piece} on are as they were.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before[2 * Piece] ^ 1, host.Bytes[2 * Piece]);
    }

    [Fact]
    public async Task A_write_of_somebody_else_between_two_pieces_leaves_no_hash_of_before_where_none_was_asked_for()
    {
        using var host = await FakeSidecar.StartAsync(Size);
        host.BeforeWrite = count => host.Bytes[2 * Piece] ^= (byte)(count == 2 ? 1 : 0);

        Assert.Equal(new SidecarWrite(Size, null, Hash(new byte[Size])), await host.Content.WriteAsync(0, new byte[Size], null, null, Token));
    }

    [Fact]
    public async Task An_error_in_the_middle_says_what_is_written_and_what_is_not_known()
    {
        using var host = await FakeSidecar.StartAsync(Size);
        host.BeforeWrite = static count =>
        {
            if (count == 1)
            {
                throw FakeSidecar.Refusal(ErrorKind.ToolFailed, "The disk did not answer.");
            }
        };

        AgentException failed = await Failing.With(ErrorKind.ToolFailed, () => host.Content.WriteAsync(0, new byte[Size], null, null, Token));

        Assert.Equal(
            $"The disk did not answer. Of the sidecar 'k1' the bytes 0 to {Piece - 1} are written, "
            + $"the bytes {Piece} to {(2 * Piece) - 1} may be the old ones or the new ones, those behind are as they were.",
            failed.Message);
        Assert.Equal(2, host.Writes.Count + 1);
    }

    [Fact]
    public async Task A_connection_that_is_lost_for_good_in_the_middle_says_so_too()
    {
        using var host = await FakeSidecar.StartAsync(Size, new SessionOptions { Reconnect = false });
        host.BeforeWrite = count =>
        {
            if (count == 1)
            {
                host.Kill();
            }
        };

        ConnectionException failed = await Failing.With(ConnectionFailure.Lost, () => host.Content.WriteAsync(0, new byte[Size], null, null, Token));

        string told = $"the bytes 0 to {Piece - 1} are written, the bytes {Piece} to {(2 * Piece) - 1} may be the old ones or the new ones";
        Assert.Contains(told, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancellation_in_the_middle_says_what_is_written()
    {
        using var host = await FakeSidecar.StartAsync(Size);
        using var stop = new CancellationTokenSource();
        host.BeforeWrite = count =>
        {
            if (count == 1)
            {
                stop.Cancel();
            }
        };

        AgentException cancelled = await Failing.With(ErrorKind.RequestCancelled, () => host.Content.WriteAsync(0, new byte[Size], null, null, stop.Token));

        Assert.StartsWith($"The write was cancelled. Of the sidecar 'k1' the bytes 0 to {Piece - 1} are written", cancelled.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_before_the_first_piece()
    {
        using var host = await FakeSidecar.StartAsync(Size);

        AgentException refused = await Failing.With(ErrorKind.SizeOutOfRange, () => host.Content.WriteAsync(1, new byte[Size], null, null, Token));

        Assert.Equal($"{Size} bytes from 1 on do not fit into the sidecar 'k1', which has {Size}.", refused.Message);
        Assert.Empty(host.Writes);
    }

    [Theory]
    [InlineData("plain, \"quoted\"\n", true)]
    [InlineData("", true)]
    [InlineData("a\0b", false)]
    [InlineData("a\u0007b", false)]
    public async Task A_text_goes_as_one_where_the_wire_can_carry_it(string text, bool asText)
    {
        using var host = await FakeSidecar.StartAsync(Size);

        SidecarWrite write = await host.Content.WriteTextAsync(10, text, new UTF8Encoding(false), null, null, Token);

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal([.. bytes, .. new byte[Size - 10 - bytes.Length]], host.Bytes[10..]);
        Assert.Equal((Size - 10, Hash(host.Bytes.AsSpan(10))), (write.Length, write.HashAfter));
        Assert.Equal(asText, host.Asked.Contains(Methods.SidecarWriteString));
        Assert.True(await host.Content.HoldsTextAsync(10, text, new UTF8Encoding(false), Token));
    }

    [Theory]
    [InlineData(262144, true)]
    [InlineData(262145, false)]
    public async Task A_long_text_goes_as_bytes_and_zeros(int length, bool asText)
    {
        using var host = await FakeSidecar.StartAsync(Size);
        byte[] before = [.. host.Bytes];

        SidecarWrite write = await host.Content.WriteTextAsync(0, new string('x', length), new UTF8Encoding(false), Hash(before), null, Token);

        Assert.Equal(asText, host.Asked.Contains(Methods.SidecarWriteString));
        Assert.Equal(!asText, host.Asked.Contains(Methods.SidecarFill));
        Assert.Equal(new SidecarWrite(Size, Hash(before), Hash(host.Bytes)), write);
        Assert.Equal([.. Enumerable.Repeat((byte)'x', length), .. new byte[Size - length]], host.Bytes);
    }

    [Fact]
    public async Task A_text_that_fills_the_sidecar_needs_no_zeros()
    {
        using var host = await FakeSidecar.StartAsync(4096);

        await host.Content.WriteTextAsync(0, new string('x', 2047), Encoding.Unicode, null, null, Token);

        Assert.Equal([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(new string('x', 2047))], host.Bytes);
        Assert.DoesNotContain(Methods.SidecarFill, host.Asked);
    }

    [Fact]
    public async Task A_comparison_of_bytes_ends_at_the_first_difference()
    {
        using var host = await FakeSidecar.StartAsync(64 << 20);
        byte[] other = [.. host.Bytes];

        Assert.True(await host.Content.HoldsAsync(0, other, Token));
        host.Reads.Clear();
        other[1] ^= 1;
        Assert.False(await host.Content.HoldsAsync(0, other, Token));
        Assert.InRange(host.Reads.Count, 1, 9);
        await Failing.With(ErrorKind.SizeOutOfRange, () => host.Content.HoldsAsync(1, (byte[])[.. host.Bytes[1..], 0], Token));
    }

    [Fact]
    public async Task A_cancelled_read_ends_at_once()
    {
        using var host = await FakeSidecar.StartAsync(Size);
        host.HoldAnswers = int.MaxValue;
        using var stop = new CancellationTokenSource();
        Task<byte[]> read = host.Content.ReadAsync(cancellationToken: stop.Token);
        await host.Agent.WaitForAsync(Methods.SidecarRead);

        await Failing.CancelledAtOnce(read, stop.Cancel);
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed class Told : IProgress<long>
    {
        public long Last { get; private set; }

        public void Report(long value) => Last = value;
    }
}
