using System;
using System.Globalization;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Tools;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Volumes.Sidecars;

/// <summary>What a place of a sidecar is to hold: some bytes, then one byte again and again.</summary>
/// <param name="content">The bytes at the beginning; may be empty.</param>
/// <param name="pattern">The byte behind them.</param>
/// <param name="length">How long all is together; null for up to the end of the sidecar.</param>
/// <param name="text">The bytes as a text, where they are one.</param>
internal sealed class SidecarPayload(byte[] content, byte pattern, long? length, string? text)
{
    private const int ChunkBytes = 64 << 10;

    /// <summary>The bytes at the beginning.</summary>
    public byte[] Content => content;

    /// <summary>The byte behind them.</summary>
    public byte Pattern => pattern;

    /// <summary>The bytes as a text, where the host's tool can carry it; else null.</summary>
    public string? TextForTool => text is not null && DiskToolTool.CanCarry(text) ? text : null;

    /// <summary>True where all is one byte again and again, which the host's tool can write.</summary>
    public bool IsFill => content.Length == 0 && length > 0;

    /// <summary>How long all is together, for the request's fingerprint.</summary>
    public string LengthText => length is long all ? all.ToString(CultureInfo.InvariantCulture) : "end";

    /// <summary>How many bytes it replaces.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="sizeBytes">Size of the sidecar.</param>
    /// <param name="key">Key of the sidecar, for the error.</param>
    /// <exception cref="OperationException"><c>SizeOutOfRange</c>: it reaches beyond the end.</exception>
    public long LengthAt(long offset, long sizeBytes, string key)
    {
        long all = length ?? Math.Max(sizeBytes - offset, 0);
        return offset <= sizeBytes && all <= sizeBytes - offset && content.Length <= all ? all : throw new OperationException(
            new WireError(ErrorKind.SizeOutOfRange, $"{Math.Max(all, content.Length)} bytes from {offset} on do not fit into the sidecar '{key}', which has {sizeBytes}.")
            {
                Target = key,
                RecommendedAction = "Make it larger (Resize-VmdkSidecar).",
            });
    }

    /// <summary>Whether a file holds it.</summary>
    /// <exception cref="PosixException">It cannot be read.</exception>
    public bool IsHeldBy(FileHandle file, long offset, long all)
    {
        byte[] chunk = new byte[ChunkBytes];
        for (long at = 0; at < all;)
        {
            Span<byte> wanted = chunk.AsSpan(0, (int)Math.Min(ChunkBytes, (at < content.Length ? content.Length : all) - at));
            if (file.Read(wanted, offset + at) < wanted.Length)
            {
                return false;
            }

            bool isHeld = at < content.Length ? wanted.SequenceEqual(content.AsSpan((int)at, wanted.Length)) : !wanted.ContainsAnyExcept(pattern);
            if (!isHeld)
            {
                return false;
            }

            at += wanted.Length;
        }

        return true;
    }

    /// <summary>Writes it and waits until it is on the disk.</summary>
    /// <exception cref="PosixException">It cannot be written; some of it may be.</exception>
    public void WriteTo(FileHandle file, long offset, long all)
    {
        file.Write(content, offset);
        byte[] chunk = new byte[(int)Math.Min(ChunkBytes, all - content.Length)];
        chunk.AsSpan().Fill(pattern);
        for (long at = content.Length; at < all;)
        {
            int count = (int)Math.Min(chunk.Length, all - at);
            file.Write(chunk.AsSpan(0, count), offset + at);
            at += count;
        }

        file.Sync();
    }
}
