using System;
using System.IO;

namespace EsxAgent.Simulator.Faults;

/// <summary>Passes bytes on to a stream and does something once a number of them went through: neither earlier nor a byte later.</summary>
/// <param name="inner">Where the bytes go.</param>
/// <param name="bytes">After how many.</param>
/// <param name="reached">What is done then; what was written before it has left the process.</param>
internal sealed class GateStream(Stream inner, long bytes, Action reached) : WriteOnlyStream
{
    private long _left = bytes;
    private bool _done;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!_done && buffer.Length >= _left)
        {
            int before = (int)_left;
            inner.Write(buffer[..before]);
            inner.Flush();
            _done = true;
            reached();
            buffer = buffer[before..];
        }

        _left -= buffer.Length;
        inner.Write(buffer);
    }

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
