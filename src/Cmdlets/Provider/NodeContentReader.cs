using System;
using System.Collections;
using System.IO;
using System.Management.Automation.Provider;

namespace EsxAgent.Provider;

/// <summary>Hands out the text of a leaf as <c>Get-Content</c> does that of a file.</summary>
internal sealed class NodeContentReader : IContentReader
{
    private readonly string[] _parts;
    private long _next;

    /// <summary>Makes a reader.</summary>
    /// <param name="text">The text, as the host printed it.</param>
    /// <param name="isRaw">True to hand it out at once, false for its lines.</param>
    public NodeContentReader(string text, bool isRaw)
    {
        string[] lines = text.Split('\n');
        // The end of the last line begins no other one.
        _parts = isRaw ? [text] : lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    /// <inheritdoc/>
    public IList Read(long readCount)
    {
        int start = (int)Math.Min(_next, _parts.Length);
        int count = readCount <= 0 ? _parts.Length - start : (int)Math.Min(readCount, _parts.Length - start);
        _next = start + count;
        return _parts[start..(start + count)];
    }

    /// <inheritdoc/>
    public void Seek(long offset, SeekOrigin origin) =>
        _next = Math.Max(0, offset + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _next, _ => _parts.Length }));

    /// <inheritdoc/>
    public void Close()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
