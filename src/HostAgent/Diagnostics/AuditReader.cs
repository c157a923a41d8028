using System;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>Reads a file of the audit line by line, however long it is.</summary>
internal sealed class AuditReader : IDisposable
{
    /// <summary>No line is that long: what has one is another file.</summary>
    private const int MaxLine = 1 << 20;

    private readonly int _descriptor;
    private byte[] _text = new byte[16 << 10];
    private int _start;
    private int _end;

    /// <summary>Opens a file.</summary>
    public AuditReader(string path)
    {
        _descriptor = FileDescriptor.Open(path, PosixConstants.OpenReadOnly | PosixConstants.OpenNonBlocking, out int error);
        Fail(_descriptor < 0 ? error : 0);
    }

    /// <summary>Why reading ended before the end of the file; null where it did not.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <param name="line">Without its line break, which the last one may lack; valid until the next call.</param>
    /// <returns>False at the end.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        bool isMore = Problem is null;
        int length;
        while ((length = _text.AsSpan(_start, _end - _start).IndexOf((byte)'\n')) < 0 && isMore)
        {
            isMore = TryFill();
        }

        bool isWhole = length >= 0;
        line = Problem is null ? _text.AsSpan(_start, isWhole ? length : _end - _start) : default;
        _start += line.Length + (isWhole ? 1 : 0);
        return Problem is null && (isWhole || line.Length > 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            Libc.Close(_descriptor);
        }
    }

    /// <summary>Reads more behind what is there.</summary>
    /// <returns>False at the end of the file.</returns>
    private bool TryFill()
    {
        _text.AsSpan(_start, _end - _start).CopyTo(_text);
        (_start, _end) = (0, _end - _start);
        if (_end > MaxLine)
        {
            Fail(Errno.FileTooLarge);
            return false;
        }

        if (_end == _text.Length)
        {
            Array.Resize(ref _text, _text.Length * 2);
        }

        int count = FileDescriptor.Read(_descriptor, _text.AsSpan(_end), out int error);
        Fail(error);
        _end += count;
        return count > 0;
    }

    private void Fail(int error)
    {
        if (error != 0)
        {
            Problem = error == Errno.FileTooLarge ? "the line is longer than 1 MiB" : $"it cannot be read ({Errno.Describe(error)})";
        }
    }
}
