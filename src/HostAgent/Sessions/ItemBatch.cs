using System;
using System.Text.Encodings.Web;
using System.Text.Json;
using EsxAgent.HostAgent.Tools;
using EsxAgent.Protocol.Framing;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// Collects items of a listing as JSON text until they make a batch or page. An item is written, then taken; one that does not fit any more waits until the
/// batch before it has gone. One that is larger than a whole batch goes alone.
/// </summary>
internal sealed class ItemBatch : IDisposable
{
    /// <summary>Longest token that is echoed in each batch.</summary>
    public const int MaxToken = 256;

    /// <summary>Bytes of items: with the frame around them they stay within <see cref="FrameLimits.Batch"/>.</summary>
    private const int MaxBytes = FrameLimits.Batch - MaxToken - 256;

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly NativeBuffer _items = new();
    private readonly FrameBuffer _item = new();
    private readonly Utf8JsonWriter _json;

    /// <summary>Makes an empty batch.</summary>
    public ItemBatch() => _json = new Utf8JsonWriter(_item, s_options);

    /// <summary>Items in the batch, without one that waits.</summary>
    public int Count { get; private set; }

    /// <summary>True while an item waits for room.</summary>
    public bool HasWaiting { get; private set; }

    /// <summary>Bytes of all items that were taken, over all batches.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>The items as JSON text, divided by commas, without brackets.</summary>
    public ReadOnlySpan<byte> Items => _items.Bytes;

    /// <summary>Begins an item; none may wait.</summary>
    public Utf8JsonWriter BeginItem()
    {
        _item.Reset();
        _json.Reset();
        return _json;
    }

    /// <summary>Ends the item that was written, and takes it if there is room.</summary>
    /// <returns>False where it waits for the batch to go.</returns>
    public bool EndItem()
    {
        _json.Flush();
        HasWaiting = true;
        return TryTake();
    }

    /// <summary>Takes the item that waits, if there is room now.</summary>
    public bool TryTake()
    {
        ReadOnlySpan<byte> item = _item.Body.Span;
        if (Count > 0 && _items.Length + 1 + item.Length > MaxBytes)
        {
            return false;
        }

        if (Count > 0)
        {
            _items.Append(","u8);
        }

        _items.Append(item);
        TotalBytes += item.Length;
        Count++;
        HasWaiting = false;
        return true;
    }

    /// <summary>The batch has gone: begins the next one.</summary>
    public void Clear()
    {
        _items.Clear();
        Count = 0;
    }

    /// <summary>The items as the answer of a listing; the batch ends with it.</summary>
    /// <param name="nextCursor">Where the next page begins; null after the last.</param>
    public IWireObject ToAnswer(string? nextCursor) => new Answer(_items.Bytes.ToArray(), nextCursor);

    /// <inheritdoc/>
    public void Dispose()
    {
        _items.Dispose();
        _json.Dispose();
    }

    private sealed class Answer(byte[] items, string? nextCursor) : IWireObject
    {
        public void WriteTo(Utf8JsonWriter writer) => WriteMembers(writer, items, nextCursor);
    }

    /// <summary>Writes a page or batch of items that are JSON text.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, ReadOnlySpan<byte> items, string? nextCursor)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("items"u8);
        if (!items.IsEmpty)
        {
            writer.WriteRawValue(items, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteString("nextCursor"u8, nextCursor);
        writer.WriteEndObject();
    }
}
