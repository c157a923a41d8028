using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace EsxAgent.Simulator.EsxCli;

/// <summary>The form of <c>--formatter=keyvalue</c>: lines <c>VersionGet.Build.string=Releasebuild-24674464</c>.</summary>
internal static class KeyValueForm
{
    /// <summary>Renders an answer.</summary>
    public static string Render(CliAnswer answer)
    {
        var text = new StringBuilder();
        if (answer.Value is { } value)
        {
            Append(text, "", value);
            return text.ToString();
        }

        IReadOnlyList<CliStructure> structures = answer.Structure is { } single ? [single] : answer.List!;
        foreach (CliStructure structure in structures)
        {
            foreach (CliField field in structure.SortedFields)
            {
                Append(text, $"{structure.TypeName}.{field.Name}.", field.Value);
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string prefix, CliValue value)
    {
        if (value.Items is null)
        {
            text.Append(prefix).Append(value.Type).Append('=').Append(value.Text).Append('\n');
            return;
        }

        for (int i = 0; i < value.Items.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{prefix}{value.Type}[{i}]={value.Items[i]}\n");
        }
    }
}
