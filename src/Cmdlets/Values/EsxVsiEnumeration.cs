using System;
using System.ComponentModel;
using System.Globalization;

namespace EsxAgent;

/// <summary>A value of an enumeration, or flags: <c>0 -> Green</c>. It compares by its number with numbers and by its label with texts.</summary>
[TypeConverter(typeof(EsxVsiNumberConverter))]
public sealed class EsxVsiEnumeration : EsxVsiNumber
{
    internal EsxVsiEnumeration(decimal number, string label, string? type)
        : base(number)
    {
        Label = label;
        Type = type;
    }

    /// <summary>What the number means. Flags stand behind each other in one label, and a name may hold blanks.</summary>
    public string Label { get; }

    /// <summary>Name of the enumeration's type; null where the host does not print it.</summary>
    public string? Type { get; }

    /// <summary>Compares by the number; with a text that is none, by the label.</summary>
    public override int CompareTo(object? obj) =>
        obj is string text && !TryGetNumber(text, out _) ? string.Compare(ToString(), text, StringComparison.OrdinalIgnoreCase) : base.CompareTo(obj);

    /// <summary>True for the same number, and for its label without regard to case.</summary>
    public override bool Equals(object? obj) => (obj is string text && IsText(text)) || base.Equals(obj);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();

    /// <summary>The label; the number where the label is empty.</summary>
    public override string ToString() => Label.Length > 0 ? Label : Convert.ToString(Value, CultureInfo.InvariantCulture)!;
}
