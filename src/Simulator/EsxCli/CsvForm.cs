using System;
using System.Collections.Generic;
using System.Text;

namespace EsxAgent.Simulator.EsxCli;

/// <summary>
/// The form of <c>--formatter=csv</c>: a line of names, a line a structure, fields sorted by name, and a comma after the last one too.
/// </summary>
internal static class CsvForm
{
    /// <summary>Renders an answer.</summary>
    public static string Render(CliAnswer answer)
    {
        var text = new StringBuilder();
        if (answer.Value is { } value)
        {
            return text.Append(Cell(value.Type)).Append(",\n").Append(Cell(Shown(value))).Append(",\n").ToString();
        }

        IReadOnlyList<CliStructure> structures = answer.Structure is { } single ? [single] : answer.List!;
        for (int i = 0; i < structures.Count; i++)
        {
            if (i == 0)
            {
                Line(text, structures[i], static field => field.Name);
            }

            Line(text, structures[i], static field => Shown(field.Value));
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, CliStructure structure, Func<CliField, string> cell)
    {
        foreach (CliField field in structure.SortedFields)
        {
            text.Append(Cell(cell(field))).Append(',');
        }

        text.Append('\n');
    }

    // The unit belongs to the text form alone.
    private static string Shown(CliValue value) => value.Items is null ? value.Text : string.Join(",", value.Items);

    private static string Cell(string text) =>
        text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
