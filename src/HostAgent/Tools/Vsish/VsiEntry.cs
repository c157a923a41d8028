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
/// One member, element or the whole answer: where its name and value stand in the text, and how many entries belong to it. 24 bytes a line, so that
/// reading allocates less than the text is long.
/// </summary>
/// <param name="NameStart">First byte of the name; the name of an element is its index.</param>
/// <param name="NameLength">Bytes of the name, trimmed.</param>
/// <param name="ValueStart">First byte of the value, or of a struct's title.</param>
/// <param name="ValueLength">Bytes of the value, trimmed.</param>
/// <param name="Next">Index of the first entry that does not belong to this one.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct VsiEntry(int NameStart, int NameLength, int ValueStart, int ValueLength, int Next, VsiEntryKind Kind);
