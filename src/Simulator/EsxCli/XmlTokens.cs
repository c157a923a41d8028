using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace EsxAgent.Simulator.EsxCli;

/// <summary>
/// Reads the XML that esxcli prints: elements, attributes, text, comments, CDATA, the predefined entities. The platform's reader knows much more,
/// and would triple the size of the executable that every call starts.
/// </summary>
/// <param name="xml">The whole text.</param>
internal sealed class XmlTokens(string xml)
{
    private int _at;
    private bool _closePending;

    /// <summary>The name of the current element, without a prefix.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The attributes of the current start tag.</summary>
    public Dictionary<string, string> Attributes { get; } = [];

    /// <summary>The text before the current tag, entities replaced.</summary>
    public string Text { get; private set; } = "";

    /// <summary>
    /// Moves to the next start tag (true) or end tag (false). An element without content gives both.
    /// </summary>
    /// <exception cref="FormatException">The text is no XML, or ends too early.</exception>
    public bool NextIsStart()
    {
        Text = "";
        if (_closePending)
        {
            _closePending = false;
            return false;
        }

        var text = new StringBuilder();
        while (true)
        {
            int open = xml.IndexOf('<', _at);
            if (open < 0)
            {
                throw new FormatException("it ends too early");
            }

            AppendDecoded(text, xml.AsSpan(_at, open - _at));
            _at = open;
            if (Skip("<?", "?>") is null && Skip("<!--", "-->") is null)
            {
                if (Skip("<![CDATA[", "]]>") is { } raw)
                {
                    text.Append(raw);
                    continue;
                }

                Text = text.ToString();
                return ReadTag();
            }
        }
    }

    private bool ReadTag()
    {
        int close = EndOfTag();
        ReadOnlySpan<char> tag = xml.AsSpan(_at + 1, close - _at - 1);
        _at = close + 1;
        Attributes.Clear();
        if (tag.StartsWith('/'))
        {
            Name = LocalName(tag[1..].Trim());
            return false;
        }

        if (tag.EndsWith('/'))
        {
            _closePending = true;
            tag = tag[..^1];
        }

        int blank = tag.IndexOfAny(" \t\r\n");
        Name = LocalName(blank < 0 ? tag : tag[..blank]);
        ReadAttributes(blank < 0 ? [] : tag[blank..].Trim());
        return true;
    }

    // A greater-than sign may stand inside of an attribute.
    private int EndOfTag()
    {
        char quote = '\0';
        for (int i = _at; i < xml.Length; i++)
        {
            char one = xml[i];
            if (quote != '\0')
            {
                quote = one == quote ? '\0' : quote;
            }
            else if (one is '"' or '\'')
            {
                quote = one;
            }
            else if (one == '>')
            {
                return i;
            }
        }

        throw new FormatException("a tag does not end");
    }

    private void ReadAttributes(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            int equals = text.IndexOf('=');
            ReadOnlySpan<char> value = equals < 1 ? [] : text[(equals + 1)..].TrimStart();
            int end = value.IsEmpty || value[0] is not ('"' or '\'') ? -1 : value[1..].IndexOf(value[0]);
            if (end < 0)
            {
                throw new FormatException($"'{text}' is no attribute");
            }

            var decoded = new StringBuilder();
            AppendDecoded(decoded, value.Slice(1, end));
            Attributes[LocalName(text[..equals].Trim())] = decoded.ToString();
            text = value[(end + 2)..].TrimStart();
        }
    }

    private string? Skip(string start, string end)
    {
        if (!xml.AsSpan(_at).StartsWith(start, StringComparison.Ordinal))
        {
            return null;
        }

        int close = xml.IndexOf(end, _at + start.Length, StringComparison.Ordinal);
        if (close < 0)
        {
            throw new FormatException($"'{start}' does not end");
        }

        string inside = xml[(_at + start.Length)..close];
        _at = close + end.Length;
        return inside;
    }

    private static string LocalName(ReadOnlySpan<char> name) => name[(name.IndexOf(':') + 1)..].ToString();

    private static void AppendDecoded(StringBuilder result, ReadOnlySpan<char> text)
    {
        for (int amp = text.IndexOf('&'); amp >= 0; amp = text.IndexOf('&'))
        {
            int end = text[amp..].IndexOf(';');
            if (end < 0)
            {
                throw new FormatException("an '&' begins no entity");
            }

            result.Append(text[..amp]).Append(Entity(text.Slice(amp + 1, end - 1)));
            text = text[(amp + end + 1)..];
        }

        result.Append(text);
    }

    private static string Entity(ReadOnlySpan<char> name)
    {
        if (name.StartsWith('#'))
        {
            bool hex = name.StartsWith("#x", StringComparison.OrdinalIgnoreCase);
            ReadOnlySpan<char> digits = name[(hex ? 2 : 1)..];
            NumberStyles style = hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
            return int.TryParse(digits, style, CultureInfo.InvariantCulture, out int code) && Rune.IsValid(code)
                ? new Rune(code).ToString()
                : throw new FormatException($"'&{name};' is no character");
        }

        return name switch
        {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            _ => throw new FormatException($"'&{name};' is no known entity"),
        };
    }
}
