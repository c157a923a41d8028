using System;
using System.Globalization;

namespace EsxAgent.Protocol.Framing;

/// <summary>
/// Cuts a stream of bytes into bodies: <c>Content-Length: n CRLF CRLF body</c>. It does no input or output itself: receive into
/// <see cref="GetFreeSpace"/>, tell how much came by <see cref="Advance"/>, then call <see cref="TryTake"/> until it says
/// <see cref="FrameStatus.Incomplete"/>. Works for any split of the stream, down to single bytes.
/// </summary>
/// <remarks>
/// One buffer serves a connection for its life. It starts small, grows to the frame at hand and shrinks again after a large one,
/// so that a thousand idle connections cost little.
/// </remarks>
public sealed class FrameDecoder
{
    private const string HeaderTooLong = "the header block is longer than 256 bytes";

    private const int SmallBuffer = 4096;

    /// <summary>What is kept where nothing else is said.</summary>
    private const int UsuallyKept = 64 << 10;

    private readonly int _keptBuffer;
    private byte[] _buffer = new byte[SmallBuffer];
    private int _start;
    private int _end;

    /// <summary>How far behind <see cref="_start"/> the header block was searched for its end, so that a dribbled header is not searched again.</summary>
    private int _searched;

    /// <summary>The announced length of the body whose header was read, or -1 while a header is awaited.</summary>
    private int _bodyLength = -1;

    /// <summary>Bytes of an oversize body that are still to be thrown away.</summary>
    private int _toDiscard;

    private string? _problem;

    /// <summary>Makes a decoder for one direction of one connection.</summary>
    /// <param name="maxBody">The largest body to take, in bytes: <see cref="FrameLimits.BodyFromGuest"/> or <see cref="FrameLimits.BodyFromHost"/>.</param>
    /// <param name="keptBuffer">A buffer that grew beyond this is given back as soon as it is empty, in bytes.</param>
    public FrameDecoder(int maxBody, int keptBuffer = UsuallyKept)
    {
        MaxBody = maxBody;
        _keptBuffer = keptBuffer;
    }

    /// <summary>The largest body to take, in bytes. Another one counts from the next header on.</summary>
    public int MaxBody { get; set; }

    /// <summary>Bytes of the body that is on its way; 0 while a header is awaited.</summary>
    public int PendingBody => Math.Max(_bodyLength, 0);

    /// <summary>Bytes of an oversize body that are still to be thrown away.</summary>
    public int Discarding => _toDiscard;

    /// <summary>Why the stream is broken or the frame refused; null as long as all is well.</summary>
    public string? Problem => _problem;

    /// <summary>Bytes of memory held at the moment.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>True in the middle of a frame: the end of the stream here means that something was cut off.</summary>
    public bool IsInsideFrame => _end > _start || _bodyLength >= 0 || _toDiscard > 0;

    /// <summary>Room for the next bytes of the stream; never empty. A body taken before is no longer valid after this call.</summary>
    public Memory<byte> GetFreeSpace()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            if (_buffer.Length > _keptBuffer && _bodyLength < 0)
            {
                _buffer = new byte[SmallBuffer];
            }
        }

        // A body that is awaited decides how much room is needed; a header never needs more than the small buffer.
        int wanted = _bodyLength >= 0 ? Math.Max(_bodyLength, 1) : SmallBuffer;
        if (_start > 0 && _start + wanted > _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            // Doubling, bounded by what was announced: a guest gets memory only for the bytes that it really sends.
            int doubled = _buffer.Length * 2;
            int size = _bodyLength >= 0 ? Math.Max(Math.Min(doubled, wanted), _buffer.Length + 1) : doubled;
            Array.Resize(ref _buffer, size);
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>Makes room for the whole body that is on its way, at once: for whoever has set its memory aside. Else it grows with what comes.</summary>
    public void MakeRoomForBody()
    {
        if (_bodyLength > _buffer.Length)
        {
            byte[] larger = new byte[_bodyLength];
            _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
            (_buffer, _start, _end) = (larger, 0, _end - _start);
        }
    }

    /// <summary>Tells how many bytes were received into <see cref="GetFreeSpace"/>.</summary>
    /// <param name="count">1 or more.</param>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _end);
        _end += count;
    }

    /// <summary>Takes the next whole body, if it has arrived.</summary>
    /// <param name="body">The body's bytes, inside the decoder's own buffer: valid until the next call of <see cref="GetFreeSpace"/>.</param>
    public FrameStatus TryTake(out ReadOnlyMemory<byte> body)
    {
        body = default;
        if (!DiscardOversize())
        {
            return FrameStatus.Incomplete;
        }

        if (_bodyLength < 0)
        {
            FrameStatus header = TakeHeader();
            if (header != FrameStatus.Body)
            {
                return header;
            }
        }

        if (_end - _start < _bodyLength)
        {
            return FrameStatus.Incomplete;
        }

        body = _buffer.AsMemory(_start, _bodyLength);
        _start += _bodyLength;
        _bodyLength = -1;
        return FrameStatus.Body;
    }

    /// <summary>Reads the header block; <see cref="FrameStatus.Body"/> says that a body of <see cref="_bodyLength"/> follows.</summary>
    private FrameStatus TakeHeader()
    {
        ReadOnlySpan<byte> received = _buffer.AsSpan(_start, _end - _start);
        int plain = FrameHeader.TakePlain(received, out int plainLength);
        if (plain > 0)
        {
            return TakeLength(plain, plainLength);
        }

        if (received.Length > 0 && !IsLetter(received[0]))
        {
            return Break(received[0] == DialectMark.VolumeClient[0]
                ? "the dialect of the old volume client is not served"
                : "a frame begins with a Content-Length header");
        }

        int from = Math.Max(0, _searched - 3);
        int found = received[from..].IndexOf("\r\n\r\n"u8);
        if (found < 0)
        {
            _searched = received.Length;
            return received.Length > FrameLimits.Header ? Break(HeaderTooLong) : FrameStatus.Incomplete;
        }

        int length = from + found + 4;
        if (length > FrameLimits.Header)
        {
            return Break(HeaderTooLong);
        }

        if (!FrameHeader.TryParse(received[..(length - 2)], out long announced, out string? problem))
        {
            return Break(problem);
        }

        return TakeLength(length, announced);
    }

    /// <summary>Goes on behind a header block.</summary>
    private FrameStatus TakeLength(int header, long announced)
    {
        _start += header;
        _searched = 0;
        if (announced > FrameLimits.Discarded)
        {
            return Break("a body of more than 16 MiB was announced");
        }

        if (announced > MaxBody)
        {
            _toDiscard = (int)announced;
            _problem = string.Create(CultureInfo.InvariantCulture, $"a body of {announced} bytes was announced, {MaxBody} are allowed");
            DiscardOversize();
            return FrameStatus.TooLarge;
        }

        _bodyLength = (int)announced;
        return FrameStatus.Body;
    }

    /// <summary>True when nothing is left to throw away.</summary>
    private bool DiscardOversize()
    {
        int now = Math.Min(_toDiscard, _end - _start);
        _start += now;
        _toDiscard -= now;
        return _toDiscard == 0;
    }

    private FrameStatus Break(string? problem)
    {
        _problem = problem;
        return FrameStatus.Broken;
    }

    private static bool IsLetter(byte b) => (uint)((b | 0x20) - 'a') < 26;
}
