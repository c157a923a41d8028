using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>
/// The content of one sidecar, of any length. Reads have several requests on their way at a time; writes go piece after piece. An agent that is too busy is
/// asked again for 30 s. Failures are those of the session's own methods.
/// </summary>
/// <param name="session">Who is asked.</param>
/// <param name="disk">The disk.</param>
/// <param name="key">The sidecar.</param>
public sealed partial class SidecarContent(AgentSession session, DiskName disk, string key)
{
    /// <summary>Bytes that one request reads.</summary>
    public const int MaxReadBytes = 128 << 10;

    /// <summary>Bytes that one request writes.</summary>
    public const int MaxWriteBytes = 512 << 10;

    /// <summary>Bytes of UTF-8 that one request takes as a text.</summary>
    public const int MaxTextBytes = 256 << 10;

    /// <summary>Requests on their way: enough to keep both sides at work, few enough for the agent to have places left.</summary>
    private const int ReadsAtATime = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private delegate Task<T> Question<T>(CancellationToken cancellationToken);

    /// <summary>Bytes in order, in pieces as they come; fewer than asked for where the sidecar ends before.</summary>
    /// <param name="offset">Where to begin.</param>
    /// <param name="length">How many; null for all up to the end.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    public async IAsyncEnumerable<byte[]> ReadPiecesAsync(
        long offset = 0, long? length = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // None at all is still a question: whether there is such a sidecar, and whether it reaches as far.
        SidecarBytes piece = await ReadPieceAsync(offset, Math.Max(length ?? MaxReadBytes, 1), cancellationToken).ConfigureAwait(false);
        if (length == 0)
        {
            yield break;
        }

        long end = Math.Min(piece.SizeBytes, length <= long.MaxValue - offset ? offset + length.Value : long.MaxValue);
        long next = offset + piece.Content.Length;
        long asked = next;
        yield return piece.Content;

        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var coming = new Queue<Task<SidecarBytes>>();
        try
        {
            while (next < end)
            {
                for (; coming.Count < ReadsAtATime && asked < end; asked += MaxReadBytes)
                {
                    coming.Enqueue(ReadPieceAsync(asked, end - asked, left.Token));
                }

                piece = await coming.Dequeue().ConfigureAwait(false);
                if (piece.Content.Length < Math.Min(end - next, MaxReadBytes))
                {
                    // It was made smaller meanwhile; what lies behind this piece is gone too.
                    end = next + piece.Content.Length;
                }

                next += piece.Content.Length;
                yield return piece.Content;
            }
        }
        finally
        {
            left.Cancel();
            foreach (Task<SidecarBytes> unwanted in coming)
            {
                // Looked at, so that it is no unobserved failure.
                _ = unwanted.ContinueWith(
                    static task => task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Bytes in one piece; fewer than asked for where the sidecar ends before.</summary>
    /// <param name="offset">Where to begin.</param>
    /// <param name="length">How many; null for all up to the end.</param>
    /// <param name="progress">Is told how many have come, on any thread.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    public async Task<byte[]> ReadAsync(
        long offset = 0, long? length = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        var pieces = new List<byte[]>();
        long count = 0;
        await foreach (byte[] piece in ReadPiecesAsync(offset, length, cancellationToken).ConfigureAwait(false))
        {
            pieces.Add(piece);
            count += piece.Length;
            progress?.Report(count);
        }

        byte[] all = pieces.Count == 1 ? pieces[0] : GC.AllocateUninitializedArray<byte>(checked((int)count));
        for (int i = 0, at = 0; pieces.Count > 1 && i < pieces.Count; at += pieces[i].Length, i++)
        {
            pieces[i].CopyTo(all, at);
        }

        return all;
    }

    /// <summary>Whether the sidecar holds exactly these bytes there.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="AgentException">Among others <c>SizeOutOfRange</c>: it ends before.</exception>
    public async Task<bool> HoldsAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        int at = 0;
        await foreach (byte[] piece in ReadPiecesAsync(offset, bytes.Length, cancellationToken).ConfigureAwait(false))
        {
            if (!bytes.Span.Slice(at, piece.Length).SequenceEqual(piece))
            {
                return false;
            }

            at += piece.Length;
        }

        return at == bytes.Length ? true : throw DoesNotFit(RpcMethods.SidecarRead.Name, offset, bytes.Length, offset + at);
    }

    /// <summary>Whether the sidecar holds exactly this text there. What lies behind it does not matter.</summary>
    /// <param name="offset">Where, in bytes.</param>
    /// <param name="text">The text.</param>
    /// <param name="encoding">How it is written; its byte order mark belongs to it.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="AgentException">Among others <c>SizeOutOfRange</c>: the sidecar ends before.</exception>
    public async Task<bool> HoldsTextAsync(long offset, string text, Encoding encoding, CancellationToken cancellationToken = default)
    {
        if (!IsText(text, encoding))
        {
            return await HoldsAsync(offset, BytesOf(text, encoding), cancellationToken).ConfigureAwait(false);
        }

        SidecarCompareParams parameters = Compare(offset) with { Text = text };
        return (await PatientlyAsync(stop => session.CompareSidecarAsync(parameters, stop), cancellationToken).ConfigureAwait(false)).Equal;
    }

    /// <summary>Whether every byte there has one value.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="pattern">The value.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="AgentException">Among others <c>SizeOutOfRange</c>: the sidecar ends before.</exception>
    public async Task<bool> HoldsPatternAsync(long offset, byte pattern, long length, CancellationToken cancellationToken = default)
    {
        SidecarCompareParams parameters = Compare(offset) with { Pattern = pattern, Length = length };
        return (await PatientlyAsync(stop => session.CompareSidecarAsync(parameters, stop), cancellationToken).ConfigureAwait(false)).Equal;
    }

    /// <summary>
    /// True where a text goes as one: what has control characters takes six bytes for each on the wire and may not fit into a request, and other encodings
    /// than plain UTF-8 are not the wire's.
    /// </summary>
    private static bool IsText(string text, Encoding encoding)
    {
        bool isText = encoding is UTF8Encoding && encoding.Preamble.IsEmpty && encoding.GetByteCount(text) <= MaxTextBytes;
        foreach (char letter in isText ? text : string.Empty)
        {
            isText &= !char.IsControl(letter) || letter is '\t' or '\n' or '\r';
        }

        return isText;
    }

    private static byte[] BytesOf(string text, Encoding encoding)
    {
        ReadOnlySpan<byte> preamble = encoding.Preamble;
        byte[] bytes = new byte[preamble.Length + encoding.GetByteCount(text)];
        preamble.CopyTo(bytes);
        encoding.GetBytes(text, bytes.AsSpan(preamble.Length));
        return bytes;
    }

    private static async Task<T> PatientlyAsync<T>(Question<T> ask, CancellationToken cancellationToken)
        where T : class
    {
        var busy = new BusyWait(Patience);
        while (true)
        {
            if (await busy.ResultOf(ask(cancellationToken), mayWait: true, cancellationToken).ConfigureAwait(false) is T answer)
            {
                return answer;
            }
        }
    }

    private SidecarCompareParams Compare(long offset) =>
        new() { Name = disk.Name, Datastore = disk.Datastore, VmdkPath = disk.VmdkPath, Key = key, Offset = offset };

    private Task<SidecarBytes> ReadPieceAsync(long offset, long most, CancellationToken cancellationToken)
    {
        var parameters = new SidecarReadParams
        {
            Name = disk.Name,
            Datastore = disk.Datastore,
            VmdkPath = disk.VmdkPath,
            Key = key,
            Offset = offset,
            Length = (int)Math.Min(most, MaxReadBytes),
        };
        return PatientlyAsync(stop => session.ReadSidecarAsync(parameters, stop), cancellationToken);
    }

    private AgentException DoesNotFit(string method, long offset, long length, long sizeBytes) => new(
        session.Endpoint,
        method,
        new WireError(
            ErrorKind.SizeOutOfRange,
            FormattableString.Invariant($"{length} bytes from {offset} on do not fit into the sidecar '{key}', which has {sizeBytes}."))
        {
            Target = key,
            RecommendedAction = "Make it larger (Resize-VmdkSidecar).",
        });
}
