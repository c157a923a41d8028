using System;
using System.Buffers;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;

namespace EsxAgent;

/// <summary>
/// What a person or a pipeline gives as content: one text or several lines, or bytes, alone or in arrays. Several lines become one text with a line feed
/// between each two of them.
/// </summary>
internal sealed class SidecarValue
{
    private const char LineFeed = '\n';

    private readonly List<string> _lines = [];
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>True where nothing was given.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>The text; null where it is bytes.</summary>
    public string? Text => _lines.Count > 0 ? string.Join(LineFeed, _lines) : null;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    /// <summary>Adds what was given next.</summary>
    /// <exception cref="ArgumentException">It is neither text nor bytes, or not what came before.</exception>
    public void Add(object? value)
    {
        object? given = value is PSObject wrapped ? wrapped.BaseObject : value;
        IsEmpty = false;
        switch (given)
        {
            case string line when _bytes.WrittenCount == 0:
                _lines.Add(line);
                break;
            case byte[] bytes when _lines.Count == 0:
                _bytes.Write(bytes);
                break;
            case byte one when _lines.Count == 0:
                _bytes.Write([one]);
                break;
            case string or byte or byte[]:
                throw new ArgumentException("Text and bytes were given together; content is either.");
            case IList list:
                foreach (object? item in list)
                {
                    Add(item);
                }

                break;
            default:
                throw new ArgumentException(
                    $"Content is text or bytes, and {given?.GetType().Name ?? "nothing"} was given. Convert it first, for example with [string] or [byte[]].");
        }
    }
}
