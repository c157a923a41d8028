using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Specialized;
using System.Management.Automation;

namespace EsxAgent;

/// <summary>Labels of a volume between the wire and PowerShell's dictionaries.</summary>
internal static class VolumeLabels
{
    /// <summary>A dictionary that is asked without regard to case, as PowerShell's are, unless two labels differ in nothing else.</summary>
    public static IDictionary Of(IReadOnlyDictionary<string, string> labels)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        bool isPlain = true;
        foreach (KeyValuePair<string, string> label in labels)
        {
            isPlain &= names.Add(label.Key);
        }

        OrderedDictionary shown = isPlain ? new OrderedDictionary(StringComparer.OrdinalIgnoreCase) : [];
        foreach (KeyValuePair<string, string> label in labels)
        {
            shown[label.Key] = label.Value;
        }

        return shown;
    }

    /// <summary>Names and values as texts; null where no labels were given. Nothing becomes the empty text.</summary>
    public static IReadOnlyDictionary<string, string>? ToWire(IDictionary? labels)
    {
        if (labels is null)
        {
            return null;
        }

        var texts = new Dictionary<string, string>(labels.Count);
        foreach (DictionaryEntry label in labels)
        {
            texts[Text(label.Key)] = Text(label.Value);
        }

        return texts;
    }

    private static string Text(object? value) => LanguagePrimitives.ConvertTo<string>(value);
}
