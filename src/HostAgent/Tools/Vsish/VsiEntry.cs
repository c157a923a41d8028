namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>What a line of vsish text is.</summary>
internal enum VsiEntryKind
{
    /// <summary>A value: number, text, enumeration, one line or several.</summary>
    Scalar,

    /// <summary>A title and members between braces.</summary>
    Struct,

    /// <summary>Elements, each with its index in brackets.</summary>
    Array,
}

/// <summary>
/// One member, element or the whole answer: where its name and value stand in the text, and how many entries belong to it. 20 bytes a line, so that
/// reading allocates less than the text is long.
/// </summary>
internal readonly struct VsiEntry
{
    private const int KindBits = 2;

    private readonly int _nextAndKind;

    /// <summary>Makes an entry.</summary>
    /// <param name="nameStart">First byte of the name; the name of an element is its index.</param>
    /// <param name="nameLength">Bytes of the name, trimmed.</param>
    /// <param name="valueStart">First byte of the value, or of a struct's title.</param>
    /// <param name="valueLength">Bytes of the value, trimmed.</param>
    /// <param name="next">Index of the first entry that does not belong to this one.</param>
    /// <param name="kind">What it is.</param>
    public VsiEntry(int nameStart, int nameLength, int valueStart, int valueLength, int next, VsiEntryKind kind)
    {
        NameStart = nameStart;
        NameLength = nameLength;
        ValueStart = valueStart;
        ValueLength = valueLength;
        _nextAndKind = (next << KindBits) | (int)kind;
    }

    /// <summary>First byte of the name; the name of an element is its index.</summary>
    public int NameStart { get; }

    /// <summary>Bytes of the name, trimmed.</summary>
    public int NameLength { get; }

    /// <summary>First byte of the value, or of a struct's title.</summary>
    public int ValueStart { get; }

    /// <summary>Bytes of the value, trimmed. An array has no value of its own: 0.</summary>
    public int ValueLength { get; }

    /// <summary>Index of the first entry that does not belong to this one.</summary>
    public int Next => _nextAndKind >> KindBits;

    /// <summary>What it is.</summary>
    public VsiEntryKind Kind => (VsiEntryKind)(_nextAndKind & ((1 << KindBits) - 1));

    /// <summary>The same member or element, but with another value.</summary>
    public VsiEntry WithValue(int start, int length, VsiEntryKind kind, int next) => new(NameStart, NameLength, start, length, next, kind);
}
