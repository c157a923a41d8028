using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace EsxAgent.HostAgent.Tools.EsxCli;

/// <summary>
/// Reads what <c>esxcli --formatter=xml</c> prints: <c>output/root</c> with a structure, a list of structures or a single value. Knows just these elements;
/// declarations, comments and unknown elements are read over. System.Xml would add more to the agent than all of its tools.
/// </summary>
internal ref struct EsxcliXml
{
    /// <summary>No answer nests deeper; more is no answer.</summary>
    private const int MaxDepth = 32;

    /// <summary>
    /// Longest entity without its ampersand: the end of a longer one is not looked for, which would take as long as the rest of the text is, each time.
    /// </summary>
    private const int MaxEntity = 12;

    private readonly ReadOnlySpan<byte> _text;
    private int _position;

    private EsxcliXml(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>Reads an answer.</summary>
    /// <returns>The value inside of <c>root</c>.</returns>
    /// <exception cref="FormatException">It is no such XML; the message says what was expected.</exception>
    public static EsxcliValue Parse(ReadOnlySpan<byte> text)
    {
        var reader = new EsxcliXml(text);
        while (reader.NextTag(null, out ReadOnlySpan<byte> name, out _, out _, out bool isEnd))
        {
            if (!isEnd && name.SequenceEqual("root"u8))
            {
                var holder = new EsxcliValue();
                reader.ReadContent(holder, 0);
                return holder.Items.Count == 1 ? holder.Items[0] : holder;
            }
        }

        throw new FormatException("there is no element 'root'");
    }

    /// <summary>Reads up to the end tag of the element that was just opened.</summary>
    private void ReadContent(EsxcliValue value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException("it nests too deep");
        }

        var text = new StringBuilder();
        while (NextTag(text, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> attributes, out bool isEmpty, out bool isEnd))
        {
            if (isEnd)
            {
                value.Text = value.Items.Count == 0 && value.Fields.Count == 0 ? text.ToString() : string.Empty;
                return;
            }

            var child = new EsxcliValue();
            bool isField = name.SequenceEqual("field"u8);
            string fieldName = isField ? AttributeOf(attributes, "name=\""u8) : string.Empty;
            if (!isEmpty)
            {
                ReadContent(child, depth + 1);
            }

            if (isField)
            {
                // A field holds one typed value; that value is what the field's name stands for.
                value.Fields.Add(new KeyValuePair<string, EsxcliValue>(fieldName, child.Items.Count == 1 ? child.Items[0] : child));
            }
            else
            {
                value.Items.Add(child);
            }
        }

        throw new FormatException("it ends in the middle");
    }

    /// <summary>Goes on to the next tag.</summary>
    /// <param name="before">Takes the characters before it, with entities resolved; null where they do not matter.</param>
    /// <param name="name">Name of the element.</param>
    /// <param name="attributes">The rest of the tag.</param>
    /// <param name="isEmpty">True for <c>&lt;name/></c>.</param>
    /// <param name="isEnd">True for <c>&lt;/name></c>.</param>
    /// <returns>False at the end of the text.</returns>
    private bool NextTag(StringBuilder? before, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> attributes, out bool isEmpty, out bool isEnd)
    {
        name = attributes = default;
        isEmpty = isEnd = false;
        while (true)
        {
            int open = _text[_position..].IndexOf((byte)'<');
            if (open < 0)
            {
                return false;
            }

            AppendText(before, _text.Slice(_position, open));
            _position += open + 1;
            ReadOnlySpan<byte> rest = _text[_position..];
            bool isComment = rest.StartsWith("!--"u8);
            int close = isComment ? rest.IndexOf("-->"u8) : rest.IndexOf((byte)'>');
            if (close < 0)
            {
                throw new FormatException("a tag has no end");
            }

            _position += close + (isComment ? 3 : 1);
            ReadOnlySpan<byte> tag = rest[..close];
            if (isComment || tag is [(byte)'?' or (byte)'!', ..])
            {
                continue;
            }

            isEnd = tag is [(byte)'/', ..];
            isEmpty = !isEnd && tag is [.., (byte)'/'];
            tag = isEnd ? tag[1..] : isEmpty ? tag[..^1] : tag;
            int blank = tag.IndexOfAny((byte)' ', (byte)'\t', (byte)'\n');
            name = blank < 0 ? tag : tag[..blank];
            attributes = blank < 0 ? default : tag[blank..];
            return true;
        }
    }

    private static string AttributeOf(ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> nameAndQuote)
    {
        int start = attributes.IndexOf(nameAndQuote);
        if (start < 0)
        {
            return string.Empty;
        }

        ReadOnlySpan<byte> value = attributes[(start + nameAndQuote.Length)..];
        int end = value.IndexOf((byte)'"');
        var text = new StringBuilder();
        AppendText(text, end < 0 ? value : value[..end]);
        return text.ToString();
    }

    private static void AppendText(StringBuilder? target, ReadOnlySpan<byte> text)
    {
        if (target is null)
        {
            return;
        }

        while (!text.IsEmpty)
        {
            int ampersand = text.IndexOf((byte)'&');
            int plain = ampersand < 0 ? text.Length : ampersand;
            target.Append(Encoding.UTF8.GetString(text[..plain]));
            text = text[plain..];
            if (!text.IsEmpty)
            {
                int end = text[..Math.Min(text.Length, MaxEntity)].IndexOf((byte)';');
                string? resolved = end < 0 ? null : Resolve(text[1..end]);
                target.Append(resolved ?? "&");
                text = text[(resolved is null ? 1 : end + 1)..];
            }
        }
    }

    /// <summary>What an entity stands for; null where it is none.</summary>
    private static string? Resolve(ReadOnlySpan<byte> entity)
    {
        if (entity is [(byte)'#', ..])
        {
            bool isHex = entity is [_, (byte)'x', ..];
            NumberStyles style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
            bool isCharacter = int.TryParse(entity[(isHex ? 2 : 1)..], style, CultureInfo.InvariantCulture, out int code) && Rune.IsValid(code);
            return isCharacter ? new Rune(code).ToString() : null;
        }

        return entity.SequenceEqual("amp"u8) ? "&"
            : entity.SequenceEqual("lt"u8) ? "<"
            : entity.SequenceEqual("gt"u8) ? ">"
            : entity.SequenceEqual("quot"u8) ? "\""
            : entity.SequenceEqual("apos"u8) ? "'"
            : null;
    }
}
