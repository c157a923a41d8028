using System;
using System.Collections.Generic;
using System.Text;
using EsxAgent.Protocol.Framing;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.Tests.Fuzz;

/// <summary>
/// Any bytes are a stream of frames: it is cut into the same bodies however it was split on its way, within the decoder's bounds, and each body is a message
/// or has an error to answer. The first byte says how the stream is split.
/// </summary>
internal static class FrameTarget
{
    /// <summary>Small, so that a fuzzer finds what is too large.</summary>
    private const int MaxBody = 1024;

    public static void Read(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return;
        }

        ReadOnlySpan<byte> stream = bytes.AsSpan(1);
        List<string> whole = Cut(stream, stream.Length);
        List<string> split = Cut(stream, 1 + (bytes[0] % 64));
        FuzzTarget.Holds(string.Join('\n', whole) == string.Join('\n', split), "the split of a stream changes what is in it");
    }

    private static List<string> Cut(ReadOnlySpan<byte> stream, int piece)
    {
        var seen = new List<string>();
        var decoder = new FrameDecoder(MaxBody);
        while (!stream.IsEmpty)
        {
            Span<byte> space = decoder.GetFreeSpace().Span;
            FuzzTarget.Holds(!space.IsEmpty, "there is no room to receive into");
            int count = Math.Min(Math.Min(space.Length, piece), stream.Length);
            stream[..count].CopyTo(space);
            stream = stream[count..];
            decoder.Advance(count);
            FuzzTarget.Holds(decoder.Capacity <= 64 << 10, "the decoder holds more memory than it needs");
            FrameStatus status;
            while ((status = decoder.TryTake(out ReadOnlyMemory<byte> body)) != FrameStatus.Incomplete)
            {
                seen.Add(status == FrameStatus.Body ? Message(body.Span) : $"{status} {decoder.Problem}");
                FuzzTarget.Holds(status is FrameStatus.Body || decoder.Problem is not null, "a refusal has no reason");
                FuzzTarget.Holds(body.Length <= MaxBody, "a body is larger than allowed");
                if (status == FrameStatus.Broken)
                {
                    return seen;
                }
            }
        }

        return seen;
    }

    private static string Message(ReadOnlySpan<byte> body)
    {
        bool isMessage = RpcMessage.TryParse(body, out RpcMessage message, out EsxAgent.Protocol.Errors.WireError? error);
        FuzzTarget.Holds(isMessage == (error is null), "a body that is no message has no error");
        using var writer = new RpcWriter();
        string answer = error is null ? string.Empty : Encoding.UTF8.GetString(writer.Error(message.Id, error).Span);
        return $"{Convert.ToHexString(body)} {message.Kind} {Convert.ToHexString(message.Id)} {answer}";
    }
}
