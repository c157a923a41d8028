using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace EsxAgent.Simulator.Vsish;

/// <summary>Reads lines from a pipe as they come, without waiting for more than the line that was asked for.</summary>
/// <param name="input">The stream.</param>
internal sealed class InputLines(Stream input)
{
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The next line without its line break; null at the end of input. A last line without a line break counts.</summary>
    public string? Next()
    {
        var line = new List<byte>();
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = input.Read(_buffer);
                if (_end == 0)
                {
                    return line.Count == 0 ? null : Text(line);
                }
            }

            ReadOnlySpan<byte> fresh = _buffer.AsSpan(_start, _end - _start);
            int newline = fresh.IndexOf((byte)'\n');
            line.AddRange(newline < 0 ? fresh : fresh[..newline]);
            _start = newline < 0 ? _end : _start + newline + 1;
            if (newline >= 0)
            {
                return Text(line);
            }
        }
    }

    private static string Text(List<byte> line)
    {
        string text = Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(line));
        return text.EndsWith('\r') ? text[..^1] : text;
    }
}
