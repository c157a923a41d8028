using System.Collections.Generic;
using System.Globalization;

namespace EsxAgent.Simulator.EsxCli;

/// <summary>A typed value of an answer of esxcli: a text, a whole number, true or false, or a list of these.</summary>
/// <param name="Type">The type as the XML form names it: <c>string</c>, <c>integer</c>, <c>boolean</c>, or that of a list's items.</param>
/// <param name="Text">The value as it is printed; empty for a list.</param>
/// <param name="Items">The items of a list; null for a single value.</param>
/// <param name="Unit">A unit that the text form alone shows, such as <c>Bytes</c>.</param>
internal sealed record CliValue(string Type, string Text, IReadOnlyList<string>? Items = null, string? Unit = null)
{
    /// <summary>The value as the text form shows it.</summary>
    public string Shown => Items is not null ? string.Join(", ", Items) : Unit is null ? Text : $"{Text} {Unit}";

    /// <summary>A text.</summary>
    public static CliValue Of(string value) => new("string", value);

    /// <summary>A whole number.</summary>
    public static CliValue Of(long value, string? unit = null) => new("integer", value.ToString(CultureInfo.InvariantCulture), Unit: unit);

    /// <summary>True or false.</summary>
    public static CliValue Of(bool value) => new("boolean", value ? "true" : "false");

    /// <summary>A list of texts.</summary>
    public static CliValue Of(IReadOnlyList<string> values) => new("string", "", values);
}
