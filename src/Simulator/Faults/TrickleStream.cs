using System;
using System.IO;
using System.Threading;

namespace EsxAgent.Simulator.Faults;

/// <summary>Passes bytes on in small pieces with a pause before each.</summary>
/// <param name="inner">Where the bytes go.</param>
/// <param name="chunkBytes">The size of a piece.</param>
/// <param name="delayMs">The pause in milliseconds.</param>
internal sealed class TrickleStream(Stream inner, int chunkBytes, int delayMs) : WriteOnlyStream
{
    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int size = Math.Min(chunkBytes, buffer.Length);
            Thread.Sleep(delayMs);
            inner.Write(buffer[..size]);
            inner.Flush();
            buffer = buffer[size..];
        }
    }

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
