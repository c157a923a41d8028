using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Tools.EsxCli;

namespace EsxAgent.Tests.Fuzz;

/// <summary>Any bytes are an answer of esxcli: it is refused with a reason, or its values hold no more than the text does and can be asked for.</summary>
internal static class EsxcliTarget
{
    /// <summary>Levels of elements that a reader goes down before it refuses, and two for what holds the outermost.</summary>
    private const int MaxDepth = 34;

    public static void Read(byte[] bytes)
    {
        EsxcliValue value;
        try
        {
            value = EsxcliXml.Parse(bytes);
        }
        catch (FormatException e)
        {
            FuzzTarget.Holds(e.Message.Length > 0, "a refusal has no reason");
            return;
        }

        FuzzTarget.Holds(Characters(value, 0) <= bytes.Length, "the values hold more than the text");
    }

    private static long Characters(EsxcliValue value, int depth)
    {
        FuzzTarget.Holds(depth <= MaxDepth, "the values nest deeper than a reader goes down");
        FuzzTarget.Holds(value.Text.Length == 0 || (value.Items.Count == 0 && value.Fields.Count == 0), "a structure has a text");
        _ = EsxcliValue.ToNumber(value.Text);
        _ = EsxcliValue.ToFlag(value.Text);
        _ = (value.TextOf("VolumeName"), value.NumberOf("Size"), value.FlagOf("Mounted"));
        long characters = value.Text.Length;
        foreach (KeyValuePair<string, EsxcliValue> field in value.Fields)
        {
            characters += field.Key.Length + Characters(field.Value, depth + 1);
        }

        foreach (EsxcliValue item in value.Items)
        {
            characters += Characters(item, depth + 1);
        }

        return characters;
    }
}
