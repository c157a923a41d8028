using System;
using System.Collections.Generic;
using System.Text;

namespace EsxAgent.Tests.Transcripts;

/// <summary>
/// Lays a long body out over several lines. It only adds line breaks and indentation between tokens, so that two bodies have the same layout only if they
/// are the same byte for byte.
/// </summary>
internal static class AnswerLayout
{
    /// <summary>What is longer than a line of this many characters is broken.</summary>
    private const int Width = 120;

    /// <summary>As wide as the mark in front of an answer.</summary>
    private const int Margin = 4;

    private const int Step = 2;

    /// <summary>Lays a body out. The members of the message itself stay on the first line.</summary>
    public static string Of(string body)
    {
        var text = new StringBuilder();
        Write(text, body, Margin, isMessage: true);
        return text.ToString();
    }

    private static void Write(StringBuilder text, ReadOnlySpan<char> value, int indent, bool isMessage)
    {
        bool isLong = indent + value.Length > Width;
        if (isLong && value is ['{', .., '}'] or ['[', .., ']'])
        {
            WriteBroken(text, value, indent, isMessage);
        }
        else if (isLong && value is ['"', ..])
        {
            text.Append(value.ToString().Replace("\\n", "\\n\n" + new string(' ', indent), StringComparison.Ordinal));
        }
        else
        {
            text.Append(value);
        }
    }

    /// <summary>Writes an object or array with a line for each member.</summary>
    private static void WriteBroken(StringBuilder text, ReadOnlySpan<char> value, int indent, bool isMessage)
    {
        int inner = isMessage ? indent : indent + Step;
        string breakBefore = isMessage ? string.Empty : '\n' + new string(' ', inner);
        string breakAfter = isMessage ? string.Empty : '\n' + new string(' ', indent);
        string[] members = Split(value[1..^1], ',');
        text.Append(value[0]);
        for (int i = 0; i < members.Length; i++)
        {
            text.Append(i == 0 ? string.Empty : ",").Append(breakBefore);
            string[] parts = value[0] == '{' ? Split(members[i], ':', atMost: 2) : [members[i]];
            text.Append(parts.Length == 2 ? parts[0] + ':' : string.Empty);
            Write(text, parts[^1], inner, isMessage: false);
        }

        text.Append(breakAfter).Append(value[^1]);
    }

    /// <summary>Cuts at a separator that stands neither inside a string nor inside brackets.</summary>
    private static string[] Split(ReadOnlySpan<char> text, char separator, int atMost = int.MaxValue)
    {
        var parts = new List<string>();
        int start = 0;
        int depth = 0;
        bool isInString = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (isInString)
            {
                i += c == '\\' ? 1 : 0;
                isInString = c != '"';
            }
            else if (c == '"')
            {
                isInString = true;
            }
            else if (c == separator && depth == 0 && parts.Count < atMost - 1)
            {
                parts.Add(text[start..i].ToString());
                start = i + 1;
            }
            else
            {
                depth += c is '{' or '[' ? 1 : c is '}' or ']' ? -1 : 0;
            }
        }

        parts.Add(text[start..].ToString());
        return [.. parts];
    }
}
