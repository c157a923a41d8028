using System;
using System.Collections.Generic;
using System.Globalization;

namespace EsxAgent.HostAgent.Tools.EsxCli;

/// <summary>A value of an esxcli answer: a text, a structure of named fields, or a list.</summary>
internal sealed class EsxcliValue
{
    /// <summary>Text of a <c>string</c>, <c>integer</c> or <c>boolean</c>, as printed; empty for a structure or list.</summary>
    public string Text { get; set; } = string.Empty;

    /// <summary>Fields of a structure, in order; the names have no blanks.</summary>
    public List<KeyValuePair<string, EsxcliValue>> Fields { get; } = [];

    /// <summary>Items of a list.</summary>
    public List<EsxcliValue> Items { get; } = [];

    /// <summary>Text of a field, compared without regard to case or blanks, because releases differ in both; null where it is absent or empty.</summary>
    public string? TextOf(string name)
    {
        foreach ((string fieldName, EsxcliValue value) in Fields)
        {
            if (fieldName.Replace(" ", string.Empty, StringComparison.Ordinal).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value.Text.Length == 0 ? null : value.Text;
            }
        }

        return null;
    }

    /// <summary>A field as a number; null where it is absent or none.</summary>
    public long? NumberOf(string name) => ToNumber(TextOf(name));

    /// <summary>A field as a boolean; null where it is absent or none.</summary>
    public bool? FlagOf(string name) => ToFlag(TextOf(name));

    /// <summary>The text as a number; null where it is none.</summary>
    public static long? ToNumber(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;

    /// <summary>The words that esxcli uses for yes and no; null for any other.</summary>
    public static bool? ToFlag(string? text) => text?.ToUpperInvariant() switch
    {
        "TRUE" or "ENABLED" or "YES" or "1" => true,
        "FALSE" or "DISABLED" or "NO" or "0" => false,
        _ => null,
    };
}
