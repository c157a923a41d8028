using System;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>
/// Reads the plain text form of vsish: a scalar, a struct or an array. Works line by line, looks at each byte a fixed number of times, and never fails:
/// what cannot be recognised stays text of the value before it, an unclosed struct ends with the text, what nests deeper than <see cref="MaxDepth"/> is text.
/// </summary>
internal ref struct VsiParser
{
    /// <summary>
    /// Structs and arrays inside of each other. Known nodes have four; each takes up to three levels of the JSON that the answer becomes, and readers of JSON
    /// stop at 64.
    /// </summary>
    public const int MaxDepth = 16;

    private const int NoElements = -1;
    private const int NoEntry = -1;

    private readonly ReadOnlySpan<byte> _text;

    /// <summary>What is open, the outermost first.</summary>
    private readonly Span<Container> _open;
    private VsiEntry[] _entries;
    private int _count;
    private int _depth;

    /// <summary>The entry that a line without a name of its own belongs to; <see cref="NoEntry"/> behind a closing brace.</summary>
    private int _last;

    /// <summary>Braces that were opened inside of a text that nests too deeply, and not closed.</summary>
    private int _buried;

    /// <summary>Where the line at hand begins, with its blanks.</summary>
    private int _lineStart;

    /// <summary>Where the line behind the one at hand begins.</summary>
    private int _position;

    private VsiParser(ReadOnlySpan<byte> text, Span<Container> open)
    {
        _text = text;
        _open = open;
        _entries = [];
        _last = NoEntry;
    }

    /// <summary>A struct or array that is open.</summary>
    private struct Container
    {
        /// <summary>Its entry.</summary>
        public int Entry;

        /// <summary>Elements so far; <see cref="NoElements"/> for a struct.</summary>
        public int Elements;

        public readonly bool IsArray => Elements != NoElements;
    }

    /// <summary>Reads a text into entries; see <see cref="VsiText"/>.</summary>
    public static ReadOnlySpan<VsiEntry> Parse(ReadOnlySpan<byte> text)
    {
        Span<Container> open = stackalloc Container[MaxDepth];
        var parser = new VsiParser(text, open);
        parser.ReadAll();
        return parser._entries.AsSpan(0, parser._count);
    }

    private void ReadAll()
    {
        _position = SkipBlankLines(0);
        (int start, int end) = NextLine();
        if (!TryReadFirstLine(start, end))
        {
            AddScalar(start, 0, start, TrimEnd(start, _text.Length));
            return;
        }

        while (_position < _text.Length)
        {
            (start, end) = NextLine();
            if (start < end)
            {
                ReadLine(start, end);
            }
        }

        while (_depth > 0)
        {
            Close();
        }
    }

    /// <summary>Decides by its first line what the whole answer is.</summary>
    /// <returns>False where it is a scalar.</returns>
    private bool TryReadFirstLine(int start, int end)
    {
        ReadOnlySpan<byte> line = _text[start..end];
        bool isArray = VsiLine.TryReadIndex(line, out int index, out int length) && index == 0;

        // A title alone opens nothing: it is the text of a scalar that ends in a brace.
        bool isStruct = !isArray && VsiLine.EndsWithBrace(line) && SkipBlankLines(_position) < _text.Length;
        if (!isArray && !isStruct)
        {
            return false;
        }

        // An entry a line is nearly always enough: only an array glued to its name needs one more.
        int lines = _text[start..].Count((byte)'\n') + 1;
        _entries = new VsiEntry[lines + (lines >> 4) + 2];
        if (isArray)
        {
            OpenArray(start, 0, start);
            AddElement(start, end, length);
        }
        else
        {
            Open(StructEntry(start, 0, start, end), NoElements);
        }

        return true;
    }

    private void ReadLine(int start, int end)
    {
        ReadOnlySpan<byte> line = _text[start..end];
        if (_depth == 0)
        {
            // The array that was the whole answer turned out to be none.
            Continue(start, end);
        }
        else if (_buried > 0)
        {
            _buried += line is [(byte)'}'] ? -1 : VsiLine.EndsWithBrace(line) ? 1 : 0;
            Continue(start, end);
        }
        else if (line is [(byte)'}'])
        {
            CloseStruct(start, end);
        }
        else if (VsiLine.TryReadIndex(line, out int index, out int length))
        {
            ReadElement(start, end, index, length);
        }
        else
        {
            ReadMember(start, end, line);
        }
    }

    private void ReadMember(int start, int end, ReadOnlySpan<byte> line)
    {
        // An array that is the whole answer has no members: what looks like one is text of its last element.
        bool isInAnswer = _depth == 1 && _open[0].IsArray;
        int colon = isInAnswer ? -1 : VsiLine.SplitAt(line);
        if (colon >= 0)
        {
            LeaveArray();
            ReadValue(start, TrimEnd(start, start + colon) - start, TrimStart(start + colon + 1, end), end, mayBeArray: true);
        }
        else if (!isInAnswer && VsiLine.EndsWithBrace(line) && IsOpening())
        {
            LeaveArray();
            OpenStruct(start, 0, start, end);
        }
        else
        {
            Continue(start, end);
        }
    }

    /// <summary>
    /// Reads <c>[n]: value</c>. Elements are counted from 0 without a gap; a list with other numbers would lose them in an array, so it is text.
    /// </summary>
    private void ReadElement(int start, int end, int index, int length)
    {
        ref Container innermost = ref _open[_depth - 1];
        if (innermost.IsArray)
        {
            if (index == innermost.Elements)
            {
                AddElement(start, end, length);
                return;
            }

            MakeText(innermost.Entry);
        }
        else if (index == 0 && _last != NoEntry && _entries[_last].ValueLength == 0 && _depth < MaxDepth)
        {
            // The first element does not stand behind its array's name but below it.
            VsiEntry name = _entries[_last];
            _count = _last;
            OpenArray(name.NameStart, name.NameLength, start);
            AddElement(start, end, length);
            return;
        }

        Continue(start, end);
    }

    /// <summary>Adds an element to the innermost array.</summary>
    private void AddElement(int start, int end, int indexLength)
    {
        _open[_depth - 1].Elements++;

        // Whatever stands in an element stays there: `[0]: [0]: …` on one line would nest as deep as the line is long.
        ReadValue(start + 1, indexLength - 3, TrimStart(start + indexLength, end), end, mayBeArray: false);
    }

    /// <summary>Adds a member or element; its value may open a struct, or an array glued to the name.</summary>
    private void ReadValue(int nameStart, int nameLength, int start, int end, bool mayBeArray)
    {
        ReadOnlySpan<byte> value = _text[start..end];
        if (mayBeArray && VsiLine.TryReadIndex(value, out int index, out int length) && index == 0 && _depth < MaxDepth)
        {
            OpenArray(nameStart, nameLength, start);
            AddElement(start, end, length);
        }
        else if (VsiLine.EndsWithBrace(value) && IsOpening())
        {
            OpenStruct(nameStart, nameLength, start, end);
        }
        else
        {
            AddScalar(nameStart, nameLength, start, end);
        }
    }

    /// <summary>
    /// Whether the brace at the end of the line at hand opens a struct. Where indentation was kept it tells: what is inside stands further to the right than
    /// the line, so a name that a VM's owner ended with a brace is no struct. Where it was lost, every brace opens one.
    /// </summary>
    private readonly bool IsOpening()
    {
        int indent = IndentOf(_lineStart);
        int next = SkipBlankLines(_position);
        if (indent == 0 || next == _text.Length)
        {
            return true;
        }

        int nextIndent = IndentOf(next);
        return nextIndent > indent || (nextIndent == indent && _text[next + nextIndent] == '}');
    }

    /// <summary>A line that is no member: it belongs to the value before it.</summary>
    private void Continue(int start, int end)
    {
        if (_last == NoEntry)
        {
            AddScalar(start, 0, start, end);
            return;
        }

        VsiEntry before = _entries[_last];
        int valueStart = before.ValueLength == 0 ? start : before.ValueStart;
        _entries[_last] = before.WithValue(valueStart, end - valueStart, VsiEntryKind.Scalar, before.Next);
    }

    /// <summary>Makes one text of the innermost array and what it holds, up to the line at hand.</summary>
    private void MakeText(int entry)
    {
        VsiEntry array = _entries[entry];
        _entries[entry] = array.WithValue(array.ValueStart, TrimEnd(array.ValueStart, _lineStart) - array.ValueStart, VsiEntryKind.Scalar, entry + 1);
        _count = entry + 1;
        _last = entry;
        _depth--;
    }

    private readonly VsiEntry StructEntry(int nameStart, int nameLength, int start, int end) =>
        new(nameStart, nameLength, start, TrimEnd(start, end - 1) - start, 0, VsiEntryKind.Struct);

    private void OpenStruct(int nameStart, int nameLength, int start, int end)
    {
        if (_depth < MaxDepth)
        {
            Open(StructEntry(nameStart, nameLength, start, end), NoElements);
        }
        else
        {
            AddScalar(nameStart, nameLength, start, end);
            _buried = 1;
        }
    }

    private void OpenArray(int nameStart, int nameLength, int start) => Open(new VsiEntry(nameStart, nameLength, start, 0, 0, VsiEntryKind.Array), 0);

    private void Open(VsiEntry entry, int elements)
    {
        _open[_depth++] = new Container { Entry = _count, Elements = elements };
        Add(entry);
        _last = NoEntry;
    }

    private void Close()
    {
        int index = _open[--_depth].Entry;
        VsiEntry entry = _entries[index];
        _entries[index] = entry.WithValue(entry.ValueStart, entry.ValueLength, entry.Kind, _count);
        _last = NoEntry;
    }

    /// <summary>A member follows: the array before it has ended, unless the array is the whole answer.</summary>
    private void LeaveArray()
    {
        if (_depth > 1 && _open[_depth - 1].IsArray)
        {
            Close();
        }
    }

    private void CloseStruct(int start, int end)
    {
        LeaveArray();
        if (_depth > 1)
        {
            Close();
        }
        else if (_open[0].IsArray)
        {
            Continue(start, end);
        }
        else
        {
            // The outermost one stays open: what follows it is kept as its last members.
            _last = NoEntry;
        }
    }

    private void AddScalar(int nameStart, int nameLength, int start, int end)
    {
        _last = _count;
        Add(new VsiEntry(nameStart, nameLength, start, end - start, _count + 1, VsiEntryKind.Scalar));
    }

    private void Add(VsiEntry entry)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(1, _count * 2));
        }

        _entries[_count++] = entry;
    }

    /// <summary>The next line without the blanks around it.</summary>
    private (int Start, int End) NextLine()
    {
        int length = _text[_position..].IndexOf((byte)'\n');
        int end = length < 0 ? _text.Length : _position + length;
        _lineStart = _position;
        _position = length < 0 ? _text.Length : end + 1;
        int start = TrimStart(_lineStart, end);
        return (start, TrimEnd(start, end));
    }

    /// <summary>Where the first line begins that is not blank; the end of the text where there is none.</summary>
    private readonly int SkipBlankLines(int position)
    {
        int start = TrimStart(position, _text.Length);
        return start == _text.Length ? start : position + _text[position..start].LastIndexOf((byte)'\n') + 1;
    }

    private readonly int IndentOf(int lineStart) => TrimStart(lineStart, _text.Length) - lineStart;

    private readonly int TrimStart(int start, int end)
    {
        while (start < end && VsiLine.IsBlank(_text[start]))
        {
            start++;
        }

        return start;
    }

    private readonly int TrimEnd(int start, int end)
    {
        while (end > start && VsiLine.IsBlank(_text[end - 1]))
        {
            end--;
        }

        return end;
    }
}
