using System;
using System.Buffers;
using System.Runtime.CompilerServices;

namespace EsxAgent.Protocol.Framing;

/// <summary>
/// Collects one body and puts its header in front of it without copying: room for the longest header is kept free at the beginning.
/// Used again for every frame of a connection.
/// </summary>
public sealed class FrameBuffer : IBufferWriter<byte>
{
    private const int SmallBuffer = 1024;
    private const int UsuallyKept = 128 << 10;

    private readonly int _keptBuffer;
    private readonly int _largeBuffer;
    private readonly Action? _onLarge;
    private byte[] _buffer = new byte[SmallBuffer];
    private int _end = FrameHeader.MaxLength;

    /// <summary>Makes a buffer.</summary>
    /// <param name="keptBuffer">A buffer that grew beyond this is given back when its frame is done, in bytes.</param>
    /// <param name="largeBuffer">Where <paramref name="onLarge"/> is called, in bytes.</param>
    /// <param name="onLarge">Called before the buffer grows beyond that; what it throws leaves the buffer as it was.</param>
    public FrameBuffer(int keptBuffer = UsuallyKept, int largeBuffer = int.MaxValue, Action? onLarge = null)
    {
        _keptBuffer = keptBuffer;
        _largeBuffer = largeBuffer;
        _onLarge = onLarge;
    }

    /// <summary>Bytes of the body so far.</summary>
    public int BodyLength => _end - FrameHeader.MaxLength;

    /// <summary>The body so far.</summary>
    public ReadOnlyMemory<byte> Body => _buffer.AsMemory(FrameHeader.MaxLength, BodyLength);

    /// <summary>Begins the next frame. A buffer that a large frame left behind is given back.</summary>
    public void Reset()
    {
        _end = FrameHeader.MaxLength;
        if (_buffer.Length > _keptBuffer)
        {
            _buffer = new byte[SmallBuffer];
        }
    }

    /// <summary>The whole frame, header and body, valid until the next <see cref="Reset"/>.</summary>
    public ReadOnlyMemory<byte> Complete()
    {
        int start = FrameHeader.MaxLength - FrameHeader.Write(_buffer.AsSpan(0, FrameHeader.MaxLength), BodyLength);
        return _buffer.AsMemory(start, _end - start);
    }

    /// <summary>Puts bytes behind the body.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _end)
        {
            Ensure(bytes.Length);
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _end);
        _end += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _buffer.AsMemory(_end);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _buffer.AsSpan(_end);
    }

    private void Ensure(int sizeHint)
    {
        int needed = _end + Math.Max(sizeHint, 1);
        if (needed > _buffer.Length)
        {
            int size = Math.Max(needed, _buffer.Length * 2);
            if (size > _largeBuffer && _buffer.Length <= _largeBuffer)
            {
                _onLarge?.Invoke();
            }

            Array.Resize(ref _buffer, size);
        }
    }
}
