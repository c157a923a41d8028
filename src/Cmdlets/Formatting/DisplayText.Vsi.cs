using System;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace EsxAgent.Formatting;

/// <content>Nodes of vsish and their values.</content>
public static partial class DisplayText
{
    private const char Ellipsis = '…';

    /// <summary>More than a screen is wide; what follows would be cut anyway.</summary>
    private const int LongestCell = 240;

    /// <summary>
    /// What kind of node it is, in the way of a directory's listing: <c>d----</c> for a directory, <c>--r--</c> for a leaf, which can be read alone.
    /// </summary>
    /// <param name="isDirectory">True for a directory; null where it is not known.</param>
    public static string Mode(bool? isDirectory) => isDirectory switch { true => "d----", false => "--r--", null => string.Empty };

    /// <summary>
    /// A value of vsish in one line: a text as it is, a number with its unit or label, a list as <c>{1, 2}</c>, an object by its members: <c>Used=5 KB; Free=7
    /// KB</c>.
    /// </summary>
    /// <param name="value">The value; null shows nothing. It may have been serialized.</param>
    public static string Value(object? value)
    {
        var text = new StringBuilder();
        Append(text, value, isInside: false);
        return text.Length <= LongestCell ? text.ToString() : text.ToString(0, LongestCell - 1) + Ellipsis;
    }

    /// <summary>The time of a sample, to the millisecond: within a watch the day is known.</summary>
    /// <param name="time">The time; null where it is not known.</param>
    public static string TimeOfDay(DateTime? time) => time?.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture) ?? string.Empty;

    private static void Append(StringBuilder text, object? value, bool isInside)
    {
        object? plain = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        switch (plain)
        {
            case null:
                break;
            case string line:
                text.Append(line.ReplaceLineEndings("; "));
                break;
            case double number:
                text.Append(number.ToString("0.##", CultureInfo.CurrentCulture));
                break;
            case PSObject structure when isInside:
                text.Append('{').Append(Ellipsis).Append('}');
                break;
            case PSObject structure:
                AppendMembers(text, structure);
                break;
            case IEnumerable list:
                AppendItems(text, list);
                break;
            default:
                text.Append(plain);
                break;
        }
    }

    private static void AppendMembers(StringBuilder text, PSObject structure)
    {
        bool isFirst = true;
        foreach (PSPropertyInfo member in structure.Properties)
        {
            if (text.Length > LongestCell)
            {
                return;
            }

            text.Append(isFirst ? string.Empty : "; ").Append(member.Name).Append('=');
            Append(text, member.Value, isInside: true);
            isFirst = false;
        }
    }

    private static void AppendItems(StringBuilder text, IEnumerable list)
    {
        text.Append('{');
        bool isFirst = true;
        foreach (object? item in list)
        {
            if (text.Length > LongestCell)
            {
                return;
            }

            text.Append(isFirst ? string.Empty : ", ");
            Append(text, item, isInside: true);
            isFirst = false;
        }

        text.Append('}');
    }
}
