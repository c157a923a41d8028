using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <content>
/// Writing. What one request cannot carry goes in pieces: the whole range is read first, and with a hash that it must have each piece carries the hash of its
/// own old bytes, so that a write of somebody else's between two pieces is noticed by the host.
/// </content>
public sealed partial class SidecarContent
{
    private const int ZerosAtATime = 64 << 10;

    /// <summary>Bytes that are replaced at once.</summary>
    /// <param name="Length">How many.</param>
    /// <param name="HashBefore">SHA-256 of the bytes as they were read.</param>
    private readonly record struct Piece(long Length, string HashBefore);

    /// <summary>What is there before a write in pieces.</summary>
    /// <param name="Pieces">The pieces in order, those of the content before the one that is filled with zeros.</param>
    /// <param name="Length">Bytes of all.</param>
    /// <param name="Hash">SHA-256 of all.</param>
    private readonly record struct Survey(List<Piece> Pieces, long Length, string Hash);

    /// <summary>Replaces bytes.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="content">The new bytes, as many as there is memory for.</param>
    /// <param name="ifHash">
    /// SHA-256 in hexadecimal that the bytes to be replaced must have; with others nothing is written, see <see cref="ErrorKind.OperationConflict"/>. Null for
    /// any.
    /// </param>
    /// <param name="progress">Is told how many are written, on any thread.</param>
    /// <param name="cancellationToken">
    /// Ends the wait at once. Once a piece is written, that is the error <see cref="ErrorKind.RequestCancelled"/>, which says which ones.
    /// </param>
    /// <exception cref="AgentException">The agent's error. One in the middle says which bytes are written, and of which it is not known.</exception>
    public async Task<SidecarWrite> WriteAsync(
        long offset, ReadOnlyMemory<byte> content, string? ifHash = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        if (content.Length > MaxWriteBytes)
        {
            return await WriteInPiecesAsync(offset, content, fillsUp: false, ifHash, progress, cancellationToken).ConfigureAwait(false);
        }

        return Of(await WritePieceAsync(offset, content, ifHash, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Writes a text and zeros behind it, up to the end of the sidecar.</summary>
    /// <param name="offset">Where, in bytes.</param>
    /// <param name="text">The text.</param>
    /// <param name="encoding">How it is written; its byte order mark, if it has one, comes first.</param>
    /// <param name="ifHash">SHA-256 that everything from the offset to the end must have; null for any.</param>
    /// <param name="progress">Is told how many bytes are written, on any thread.</param>
    /// <param name="cancellationToken">Ends the wait at once; what was written stays.</param>
    /// <exception cref="AgentException">As for <see cref="WriteAsync"/>.</exception>
    public async Task<SidecarWrite> WriteTextAsync(
        long offset, string text, Encoding encoding, string? ifHash = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(encoding);
        if (!IsText(text, encoding))
        {
            return await WriteInPiecesAsync(offset, BytesOf(text, encoding), fillsUp: true, ifHash, progress, cancellationToken).ConfigureAwait(false);
        }

        SidecarWriteStringParams parameters = disk.PutInto(new SidecarWriteStringParams { Key = key, Offset = offset, Text = text, IfHash = ifHash });
        return Of(await PatientlyAsync(stop => session.WriteSidecarTextAsync(parameters, stop), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Gives bytes one value.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="pattern">The value.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="ifHash">SHA-256 that they must have; null for any.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    public async Task<SidecarWrite> FillAsync(long offset, byte pattern, long length, string? ifHash = null, CancellationToken cancellationToken = default) =>
        Of(await FillPieceAsync(offset, pattern, length, ifHash, cancellationToken).ConfigureAwait(false));

    private static SidecarWrite Of(SidecarWritten written) => new(written.Length, written.HashBefore, written.HashAfter);

    private async Task<SidecarWrite> WriteInPiecesAsync(
        long offset, ReadOnlyMemory<byte> content, bool fillsUp, string? ifHash, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        Survey survey = await LookAsync(offset, content.Length, fillsUp, cancellationToken).ConfigureAwait(false);
        if (ifHash is not null && !ifHash.Equals(survey.Hash, StringComparison.OrdinalIgnoreCase))
        {
            throw NotAsRead(offset, survey.Length);
        }

        bool isAsRead = true;
        long done = 0;
        foreach (Piece piece in survey.Pieces)
        {
            try
            {
                string? pieceHash = ifHash is null ? null : piece.HashBefore;
                SidecarWritten written = done < content.Length
                    ? await WritePieceAsync(offset + done, content.Slice((int)done, (int)piece.Length), pieceHash, cancellationToken).ConfigureAwait(false)
                    : await FillPieceAsync(offset + done, 0, piece.Length, pieceHash, cancellationToken).ConfigureAwait(false);
                isAsRead &= written.HashBefore == piece.HashBefore;
            }
            catch (AgentException e) when (done > 0 || !e.Kind.Equals(ErrorKind.OperationConflict))
            {
                string where = Where(offset, done, piece.Length, survey.Length, isKnown: e.Kind.Equals(ErrorKind.OperationConflict));
                throw new AgentException(e.Endpoint, e.Method, e.Error with { Message = $"{e.Message} {where}" });
            }
            catch (OperationCanceledException) when (done > 0)
            {
                // Not the bare cancellation: the caller has to know what he has left behind.
                string where = Where(offset, done, piece.Length, survey.Length, isKnown: false);
                var cancelled = new WireError(ErrorKind.RequestCancelled, $"The write was cancelled. {where}");
                throw new AgentException(session.Endpoint, RpcMethods.SidecarWrite.Name, cancelled);
            }
            catch (ConnectionException e)
            {
                string where = Where(offset, done, piece.Length, survey.Length, isKnown: false);
                throw new ConnectionException(e.Failure, e.Endpoint, $"{e.Message} {where}", e.RecommendedAction, e);
            }

            done += piece.Length;
            progress?.Report(done);
        }

        return new SidecarWrite(survey.Length, isAsRead ? survey.Hash : null, HashOf(content.Span, survey.Length));
    }

    /// <summary>Reads what is to be replaced, without keeping it.</summary>
    private async Task<Survey> LookAsync(long offset, int contentLength, bool fillsUp, CancellationToken cancellationToken)
    {
        using var hashOfAll = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var hashOfPiece = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var pieces = new List<Piece>();
        long begin = 0;
        long at = 0;
        await foreach (byte[] read in ReadPiecesAsync(offset, fillsUp ? null : contentLength, cancellationToken).ConfigureAwait(false))
        {
            hashOfAll.AppendData(read);
            for (int taken = 0; taken < read.Length;)
            {
                long end = begin < contentLength ? Math.Min(begin + MaxWriteBytes, contentLength) : long.MaxValue;
                int count = (int)Math.Min(read.Length - taken, end - at);
                hashOfPiece.AppendData(read, taken, count);
                taken += count;
                at += count;
                if (at == end)
                {
                    EndPiece();
                }
            }
        }

        if (at < contentLength)
        {
            throw DoesNotFit(RpcMethods.SidecarWrite.Name, offset, contentLength, offset + at);
        }

        if (at > begin)
        {
            EndPiece();
        }

        return new Survey(pieces, at, Hex(hashOfAll));

        void EndPiece()
        {
            pieces.Add(new Piece(at - begin, Hex(hashOfPiece)));
            begin = at;
        }
    }

    private Task<SidecarWritten> WritePieceAsync(long offset, ReadOnlyMemory<byte> content, string? ifHash, CancellationToken cancellationToken)
    {
        SidecarWriteParams parameters = disk.PutInto(new SidecarWriteParams { Key = key, Offset = offset, Content = content.ToArray(), IfHash = ifHash });
        return PatientlyAsync(stop => session.WriteSidecarAsync(parameters, stop), cancellationToken);
    }

    private Task<SidecarWritten> FillPieceAsync(long offset, byte pattern, long length, string? ifHash, CancellationToken cancellationToken)
    {
        SidecarFillParams parameters = disk.PutInto(new SidecarFillParams { Key = key, Offset = offset, Pattern = pattern, Length = length, IfHash = ifHash });
        return PatientlyAsync(stop => session.FillSidecarAsync(parameters, stop), cancellationToken);
    }

    /// <summary>SHA-256 of some bytes and zeros behind them.</summary>
    private static string HashOf(ReadOnlySpan<byte> content, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(content);
        byte[] zeros = new byte[Math.Min(length - content.Length, ZerosAtATime)];
        for (long left = length - content.Length; left > 0; left -= zeros.Length)
        {
            hash.AppendData(zeros, 0, (int)Math.Min(left, zeros.Length));
        }

        return Hex(hash);
    }

    // Not ToHexStringLower: it is younger than the runtime of PowerShell 7.4.
    private static string Hex(IncrementalHash hash) => Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();

    /// <summary>Says how far a write in pieces came.</summary>
    private string Where(long offset, long done, long pieceLength, long length, bool isKnown)
    {
        long from = offset + done;
        long next = from + pieceLength;
        string written = done > 0 ? $"the bytes {offset} to {from - 1} are written, " : string.Empty;
        string behind = next < offset + length ? ", those behind are as they were" : string.Empty;
        string rest = isKnown ? $"those from {from} on are as they were" : $"the bytes {from} to {next - 1} may be the old ones or the new ones{behind}";
        return $"Of the sidecar '{key}' {written}{rest}.";
    }

    private AgentException NotAsRead(long offset, long length) => new(
        session.Endpoint,
        RpcMethods.SidecarWrite.Name,
        new WireError(
            ErrorKind.OperationConflict,
            FormattableString.Invariant($"The {length} bytes from {offset} on of the sidecar '{key}' are not the ones that were read: ") + "another one has written them.")
        {
            Target = key,
            RecommendedAction = "Read it again, then write.",
        });
}
