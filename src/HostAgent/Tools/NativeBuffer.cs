using System;
using System.Runtime.InteropServices;

namespace EsxAgent.HostAgent.Tools;

/// <summary>
/// Collects a tool's output outside of the managed heap: that heap is kept to a few megabytes for good, and an output of 8 MiB would not fit.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const int FirstBytes = 8 << 10;

    private byte* _start;
    private int _capacity;

    ~NativeBuffer() => NativeMemory.Free(_start);

    /// <summary>Bytes collected.</summary>
    public int Length { get; private set; }

    /// <summary>What was collected; valid until <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> Bytes => new(_start, Length);

    /// <summary>Room for at least one more byte.</summary>
    public Span<byte> GetFreeSpace()
    {
        if (Length == _capacity)
        {
            _capacity = Math.Max(FirstBytes, _capacity * 2);
            _start = (byte*)NativeMemory.Realloc(_start, (nuint)_capacity);
        }

        return new Span<byte>(_start + Length, _capacity - Length);
    }

    /// <summary>Tells how much of <see cref="GetFreeSpace"/> was filled.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Forgets what was collected first; what came after it moves to the front.</summary>
    public void DropFirst(int count)
    {
        Bytes[count..].CopyTo(new Span<byte>(_start, _capacity));
        Length -= count;
    }

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> space = GetFreeSpace();
            int count = Math.Min(space.Length, bytes.Length);
            bytes[..count].CopyTo(space);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Forgets what was collected, from an offset on.</summary>
    public void Clear(int from = 0) => Length = from;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_start);
        _start = null;
        _capacity = 0;
        Length = 0;
        GC.SuppressFinalize(this);
    }
}
