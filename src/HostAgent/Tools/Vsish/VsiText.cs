using System;
using System.Text;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>
/// An answer of <c>vsish -e get</c>, read into a table of entries over its bytes. Entry 0 is the answer itself; the members of a struct and the elements of an
/// array follow their owner. No input is an error: what cannot be recognised is text.
/// </summary>
internal readonly ref struct VsiText
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly ReadOnlySpan<VsiEntry> _entries;

    private VsiText(ReadOnlySpan<byte> text, ReadOnlySpan<VsiEntry> entries)
    {
        _text = text;
        _entries = entries;
    }

    /// <summary>Number of entries; at least 1.</summary>
    public int Count => _entries.Length;

    /// <summary>The entry at an index.</summary>
    public VsiEntry this[int index] => _entries[index];

    /// <summary>Reads an answer.</summary>
    public static VsiText Parse(ReadOnlySpan<byte> text) => new(text, VsiParser.Parse(text));

    /// <summary>Bytes of an entry's name.</summary>
    public ReadOnlySpan<byte> NameOf(VsiEntry entry) => _text.Slice(entry.NameStart, entry.NameLength);

    /// <summary>Bytes of an entry's value; of a struct its title.</summary>
    public ReadOnlySpan<byte> ValueOf(VsiEntry entry) => _text.Slice(entry.ValueStart, entry.ValueLength);

    /// <summary>Finds a member of the answer's outermost struct.</summary>
    /// <param name="names">The names that releases give it, the usual one first. Compared without regard to case.</param>
    /// <returns>Its index, or -1.</returns>
    public int Find(ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            for (int i = 1; i < _entries.Length; i = _entries[i].Next)
            {
                if (Ascii.EqualsIgnoreCase(NameOf(_entries[i]), name))
                {
                    return i;
                }
            }
        }

        return -1;
    }

    /// <summary>Value of a member of the outermost struct as text; null where it is absent or empty.</summary>
    public string? TextOf(params ReadOnlySpan<string> names)
    {
        int index = Find(names);
        return index < 0 || _entries[index].ValueLength == 0 ? null : Encoding.UTF8.GetString(ValueOf(_entries[index]));
    }

    /// <summary>Value of a member of the outermost struct as a number; null where it is absent or none.</summary>
    public VsiNumber? NumberOf(params ReadOnlySpan<string> names)
    {
        int index = Find(names);
        return index >= 0 && VsiNumber.TryParse(ValueOf(_entries[index]), out VsiNumber number) ? number : null;
    }
}
