using System;
using System.Collections.Generic;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>
/// Reads the plain text form of vsish: a scalar, a struct or an array, nested to any depth. Works line by line, looks at each byte a fixed number of times,
/// and never fails: indentation is not relied on, an unclosed struct ends with the text, a line that is no member belongs to the value before it.
/// </summary>
internal ref struct VsiParser
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly List<VsiEntry> _entries;

    /// <summary>Indexes of the structs and arrays that are open, the outermost first.</summary>
    private readonly List<int> _open;

    private VsiParser(ReadOnlySpan<byte> text)
    {
        _text = text;
        _entries = new List<VsiEntry>(Math.Min(text.Length / 24, 64) + 1);
        _open = [];
    }

    /// <summary>Reads a text into entries; see <see cref="VsiText"/>.</summary>
    public static List<VsiEntry> Parse(ReadOnlySpan<byte> text)
    {
        var parser = new VsiParser(text);
        parser.ReadAll();
        return parser._entries;
    }

    private void ReadAll()
    {
        int position = SkipBlank(0);
        if (!ReadFirstLine(ref position))
        {
            return;
        }

        while (position < _text.Length)
        {
            (int start, int end) = NextLine(ref position);
            if (start < end)
            {
                ReadLine(start, end);
            }
        }

        while (_open.Count > 0)
        {
            Close();
        }
    }

    /// <summary>Decides by its first line what the whole answer is.</summary>
    /// <returns>False where it is a scalar: then nothing is left to read.</returns>
    private bool ReadFirstLine(ref int position)
    {
        int begin = position;
        (int start, int end) = NextLine(ref position);
        ReadOnlySpan<byte> line = _text[start..end];
        if (IndexLength(line) > 0)
        {
            Open(new VsiEntry(start, 0, start, 0, 0, VsiEntryKind.Array));
            ReadLine(start, end);
            return true;
        }

        if (EndsWithBrace(line))
        {
            Open(StructEntry(start, 0, start, end));
            return true;
        }

        int last = _text.Length;
        while (last > begin && IsBlank(_text[last - 1]))
        {
            last--;
        }

        _entries.Add(new VsiEntry(begin, 0, begin, last - begin, 1, VsiEntryKind.Scalar));
        return false;
    }

    private void ReadLine(int start, int end)
    {
        ReadOnlySpan<byte> line = _text[start..end];
        int index = IndexLength(line);
        if (line is [(byte)'}'])
        {
            CloseStruct();
        }
        else if (index > 0)
        {
            ReadElement(start, end, index);
        }
        else
        {
            int colon = SplitAt(line);
            if (colon < 0)
            {
                Continue(start, end);
                return;
            }

            LeaveArray();
            ReadValue(start, TrimEnd(start, start + colon) - start, TrimStart(start + colon + 1, end), end);
        }
    }

    /// <summary>Reads <c>[n]: value</c>: an element of the array that is open, or the first one of an array whose name is missing.</summary>
    private void ReadElement(int start, int end, int indexLength)
    {
        if (_open.Count == 0 || _entries[_open[^1]].Kind != VsiEntryKind.Array)
        {
            Open(new VsiEntry(start, 0, start, 0, 0, VsiEntryKind.Array));
        }

        // Whatever stands in an element stays there: `[0]: [0]: …` on one line would nest as deep as the line is long.
        ReadValue(start + 1, indexLength - 3, TrimStart(start + indexLength, end), end, mayBeArray: false);
    }

    /// <summary>Adds a member or element; its value may open a struct, or an array glued to the name.</summary>
    private void ReadValue(int nameStart, int nameLength, int start, int end, bool mayBeArray = true)
    {
        ReadOnlySpan<byte> value = _text[start..end];
        int index = mayBeArray ? IndexLength(value) : 0;
        if (index > 0)
        {
            Open(new VsiEntry(nameStart, nameLength, start, 0, 0, VsiEntryKind.Array));
            ReadElement(start, end, index);
        }
        else if (EndsWithBrace(value))
        {
            Open(StructEntry(nameStart, nameLength, start, end));
        }
        else
        {
            _entries.Add(new VsiEntry(nameStart, nameLength, start, end - start, _entries.Count + 1, VsiEntryKind.Scalar));
        }
    }

    /// <summary>A line that is no member: it belongs to the value before it.</summary>
    private readonly void Continue(int start, int end)
    {
        int last = _entries.Count - 1;
        VsiEntry before = _entries[last];
        if (before.Kind == VsiEntryKind.Scalar)
        {
            int valueStart = before.ValueLength == 0 ? start : before.ValueStart;
            _entries[last] = before with { ValueStart = valueStart, ValueLength = end - valueStart };
        }
        else
        {
            _entries.Add(new VsiEntry(start, 0, start, end - start, _entries.Count + 1, VsiEntryKind.Scalar));
        }
    }

    private readonly VsiEntry StructEntry(int nameStart, int nameLength, int start, int end) =>
        new(nameStart, nameLength, start, TrimEnd(start, end - 1) - start, 0, VsiEntryKind.Struct);

    private readonly void Open(VsiEntry entry)
    {
        _open.Add(_entries.Count);
        _entries.Add(entry);
    }

    private readonly void Close()
    {
        int index = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        _entries[index] = _entries[index] with { Next = _entries.Count };
    }

    /// <summary>A member follows: the array before it has ended, unless the array is the whole answer.</summary>
    private readonly void LeaveArray()
    {
        if (_open.Count > 1 && _entries[_open[^1]].Kind == VsiEntryKind.Array)
        {
            Close();
        }
    }

    private readonly void CloseStruct()
    {
        LeaveArray();
        if (_open.Count > 1)
        {
            Close();
        }
    }

    /// <summary>
    /// Where a member's name ends. A padded name has a blank before its colon (<c>Volume: Unmap IOs    :20</c>) and may hold colons itself, but none between two letters,
    /// which would be a value's; else the first colon ends the name.
    /// </summary>
    private static int SplitAt(ReadOnlySpan<byte> line)
    {
        int first = line.IndexOf((byte)':');
        if (first <= 0)
        {
            return first == 0 ? -1 : first;
        }

        for (int at = first; at >= 0;)
        {
            if (IsBlank(line[at - 1]))
            {
                return at;
            }

            if (at + 1 >= line.Length || !IsBlank(line[at + 1]))
            {
                break;
            }

            int next = line[(at + 1)..].IndexOf((byte)':');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return first;
    }

    /// <summary>Length of <c>[digits]:</c> at the beginning, or 0.</summary>
    private static int IndexLength(ReadOnlySpan<byte> line)
    {
        if (line is not [(byte)'[', ..])
        {
            return 0;
        }

        int end = line[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') + 1;
        return end > 1 && line[end..] is [(byte)']', (byte)':', ..] ? end + 2 : 0;
    }

    private static bool EndsWithBrace(ReadOnlySpan<byte> line) => line is [(byte)'{'] or [.., (byte)' ', (byte)'{'];

    /// <summary>The next line without the blanks around it, and where the one behind it begins.</summary>
    private readonly (int Start, int End) NextLine(ref int position)
    {
        int length = _text[position..].IndexOf((byte)'\n');
        int end = length < 0 ? _text.Length : position + length;
        int start = TrimStart(position, end);
        position = length < 0 ? _text.Length : end + 1;
        return (start, TrimEnd(start, end));
    }

    private readonly int SkipBlank(int position) => TrimStart(position, _text.Length);

    private readonly int TrimStart(int start, int end)
    {
        while (start < end && IsBlank(_text[start]))
        {
            start++;
        }

        return start;
    }

    private readonly int TrimEnd(int start, int end)
    {
        while (end > start && IsBlank(_text[end - 1]))
        {
            end--;
        }

        return end;
    }

    private static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
