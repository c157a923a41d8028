using System;
using System.Collections.Generic;

namespace EsxAgent.Simulator.EsxCli;

/// <summary>A structure of an answer.</summary>
/// <param name="TypeName">The name of the type, such as <c>VersionGet</c>.</param>
/// <param name="Fields">The fields in the order of the text form; the machine forms sort them by name.</param>
internal sealed record CliStructure(string TypeName, IReadOnlyList<CliField> Fields)
{
    /// <summary>The fields as the machine forms order them.</summary>
    public IReadOnlyList<CliField> SortedFields
    {
        get
        {
            var sorted = new List<CliField>(Fields);
            sorted.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
            return sorted;
        }
    }

    /// <summary>The value of a field, or null.</summary>
    public CliValue? Find(string name)
    {
        foreach (CliField field in Fields)
        {
            if (string.Equals(field.Name, name, StringComparison.Ordinal))
            {
                return field.Value;
            }
        }

        return null;
    }
}
