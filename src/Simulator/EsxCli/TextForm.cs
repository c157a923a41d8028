using System;
using System.Collections.Generic;
using System.Text;

namespace EsxAgent.Simulator.EsxCli;

/// <summary>
/// The form without a formatter: a value on a line; a structure as lines <c>   Title: value</c>; a list as a table with a ruler of dashes, or as
/// one headed block of lines a structure.
/// </summary>
internal static class TextForm
{
    private const string Gap = "  ";

    /// <summary>Renders an answer.</summary>
    public static string Render(CliAnswer answer)
    {
        var text = new StringBuilder();
        if (answer.Value is { } value)
        {
            return text.Append(value.Shown).Append('\n').ToString();
        }

        if (answer.Structure is { } structure)
        {
            Lines(text, structure);
        }
        else if (answer.BlockHead is { } head)
        {
            Blocks(text, answer.List!, head);
        }
        else if (answer.List!.Count > 0)
        {
            Table(text, answer.List);
        }

        return text.ToString();
    }

    private static void Lines(StringBuilder text, CliStructure structure)
    {
        foreach (CliField field in structure.Fields)
        {
            text.Append("   ").Append(field.Title).Append(": ").Append(field.Value.Shown).Append('\n');
        }
    }

    private static void Blocks(StringBuilder text, IReadOnlyList<CliStructure> list, string head)
    {
        for (int i = 0; i < list.Count; i++)
        {
            text.Append(i == 0 ? "" : "\n").Append(list[i].Find(head)?.Shown).Append('\n');
            Lines(text, list[i]);
        }
    }

    private static void Table(StringBuilder text, IReadOnlyList<CliStructure> list)
    {
        IReadOnlyList<CliField> columns = list[0].Fields;
        int[] widths = new int[columns.Count];
        for (int i = 0; i < columns.Count; i++)
        {
            widths[i] = columns[i].Title.Length;
            foreach (CliStructure row in list)
            {
                widths[i] = Math.Max(widths[i], row.Find(columns[i].Name)?.Shown.Length ?? 0);
            }
        }

        Row(text, columns, widths, static (field, _) => field.Title);
        Row(text, columns, widths, static (_, width) => new string('-', width));
        foreach (CliStructure row in list)
        {
            Row(text, columns, widths, (field, _) => row.Find(field.Name)?.Shown ?? "");
        }
    }

    // Numbers stand at the right, with their headings; a cell may be empty, so that only the ruler tells the columns.
    private static void Row(StringBuilder text, IReadOnlyList<CliField> columns, int[] widths, Func<CliField, int, string> cell)
    {
        var line = new StringBuilder();
        for (int i = 0; i < columns.Count; i++)
        {
            string content = cell(columns[i], widths[i]);
            line.Append(i == 0 ? "" : Gap)
                .Append(columns[i].Value.Type == "integer" ? content.PadLeft(widths[i]) : content.PadRight(widths[i]));
        }

        text.Append(line.ToString().TrimEnd(' ')).Append('\n');
    }
}
