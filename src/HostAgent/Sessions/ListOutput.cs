using System;
using System.Text.Json;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// Where a listing that is made piece by piece puts its items: into batches that go out as there is room, where the request gave a <c>partialResultToken</c>,
/// else into one page. It also says how long a piece may go on.
/// </summary>
internal sealed class ListOutput : IDisposable
{
    private const string TokenName = "partialResultToken";

    /// <summary>Length of a piece, and the longest that an item waits for others to go with it.</summary>
    private const int PieceMs = 50;

    /// <summary>After this time a guest without room is tried again.</summary>
    private const int NoRoomMs = 10;

    private readonly RequestContext _request;
    private readonly ItemBatch _batch = new();
    private readonly byte[] _token;
    private readonly long _maxItems;
    private readonly long _maxBytes;
    private long _items;
    private string? _lastKey;
    private string? _waitingKey;
    private long _pieceEnd;
    private long _sent = Environment.TickCount64;
    private long? _noRoomSince;

    /// <summary>Makes the output of a request.</summary>
    /// <param name="request">Its parameters <c>cursor</c> and <c>partialResultToken</c> are read.</param>
    /// <param name="maxItems">Items after which the listing is cut.</param>
    /// <param name="maxBytes">Bytes of items after which it is cut.</param>
    /// <exception cref="OperationException"><c>InvalidParams</c>.</exception>
    public ListOutput(RequestContext request, long? maxItems = null, long? maxBytes = null)
    {
        _request = request;
        _maxItems = maxItems ?? long.MaxValue;
        _maxBytes = maxBytes ?? long.MaxValue;
        Cursor = request.Parameters.Text("cursor");
        _token = TokenOf(request);
    }

    /// <summary>Where the page before ended; null for the first.</summary>
    public string? Cursor { get; }

    /// <summary>True where the listing has to be cut: the page is full, or a limit is reached.</summary>
    public bool IsFull => _items >= _maxItems || _batch.TotalBytes >= _maxBytes || (_token.Length == 0 && _batch.HasWaiting);

    /// <summary>The token of a request's batches; empty where it wants pages.</summary>
    /// <exception cref="OperationException"><c>InvalidParams</c>: it is too long to be echoed in every batch.</exception>
    public static byte[] TokenOf(RequestContext request)
    {
        byte[] token = request.Parameters.Token(TokenName).ToArray();
        return token.Length <= ItemBatch.MaxToken
            ? token
            : throw new OperationException(
                new WireError(ErrorKind.InvalidParams, $"The parameter '{TokenName}' must have at most {ItemBatch.MaxToken} bytes.") { Target = TokenName });
    }

    /// <summary>Whether the piece at hand may add one more item.</summary>
    /// <param name="pauseMs">Where it may not: when the next piece is due.</param>
    public bool TryGoOn(out int pauseMs)
    {
        pauseMs = 0;
        long now = Environment.TickCount64;
        _pieceEnd = _pieceEnd == 0 ? now + PieceMs : _pieceEnd;
        bool isDue = _batch.HasWaiting || (_batch.Count > 0 && now - _sent >= PieceMs);
        if (_token.Length > 0 && isDue)
        {
            bool isSent = TrySend();
            if (_batch.HasWaiting && !isSent)
            {
                pauseMs = NoRoomMs;
                _pieceEnd = 0;
                return false;
            }

            TakeWaiting();
        }

        bool goesOn = now < _pieceEnd;
        _pieceEnd = goesOn ? _pieceEnd : 0;
        return goesOn;
    }

    /// <summary>Begins an item, after <see cref="TryGoOn"/> and where it <see cref="IsFull"/> not.</summary>
    public Utf8JsonWriter BeginItem() => _batch.BeginItem();

    /// <summary>Ends the item.</summary>
    /// <param name="key">The cursor of a page that would end with it.</param>
    public void EndItem(string key)
    {
        if (_batch.EndItem())
        {
            _items++;
            _lastKey = key;
        }
        else
        {
            _waitingKey = key;
        }
    }

    /// <summary>Ends the listing.</summary>
    /// <param name="isComplete">False where it was cut and can go on.</param>
    /// <param name="pauseMs">When to try again, where there is no answer yet.</param>
    /// <returns>The answer; null while batches have to wait for room.</returns>
    public IWireObject? Finish(bool isComplete, out int pauseMs)
    {
        pauseMs = 0;
        if (_token.Length > 0 && _batch.Count > 0 && !TrySend())
        {
            pauseMs = NoRoomMs;
            _pieceEnd = 0;
            return null;
        }

        return _batch.ToAnswer(isComplete ? null : _lastKey ?? Cursor);
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    private void TakeWaiting()
    {
        if (_batch.HasWaiting && _batch.TryTake())
        {
            _items++;
            _lastKey = _waitingKey;
        }
    }

    private bool TrySend()
    {
        long now = Environment.TickCount64;
        if (_request.Session.Connection.TrySendItems(_token, _batch.Items))
        {
            _batch.Clear();
            _sent = now;
            _noRoomSince = null;
            return true;
        }

        _noRoomSince ??= now;
        if (now - _noRoomSince > SessionLimitsInForce.SendMs)
        {
            _request.Session.End();
            throw new OperationException(Session.ConnectionEnded);
        }

        return false;
    }
}
