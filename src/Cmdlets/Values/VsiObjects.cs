using System;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using EsxAgent.Protocol.Messages;

namespace EsxAgent;

/// <summary>
/// Turns values of vsish into what PowerShell likes: a text is a string, a number a <c>long</c> or <c>ulong</c>, a number with something beside it an
/// <see cref="EsxVsiNumber"/>, a uuid a <see cref="Guid"/>, a list an array, and a struct an object with the properties that vsish names. All of them
/// serialize.
/// </summary>
internal static class VsiObjects
{
    /// <summary>
    /// Type name of a struct; a second one with its title behind a <c>#</c> stands before it, so that views and types can be made for one kind of them.
    /// </summary>
    public const string StructTypeName = "EsxAgent.EsxVsiStruct";

    private const string WithoutName = "(no name)";

    /// <summary>Names that PowerShell keeps for itself.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "PSObject", "PSBase", "PSAdapted", "PSExtended", "PSTypeNames" };

    /// <summary>A value as an object; null for none.</summary>
    public static object? Of(VsiValue? value) => value switch
    {
        null => null,
        VsiTextValue text => text.Text,
        VsiIntegerValue integer => EsxVsiNumber.Plain((decimal)integer.Value),
        VsiHexValue hex => new EsxVsiHex(hex.Value, hex.Hex),
        VsiQuantityValue quantity => new EsxVsiQuantity((decimal)quantity.Value, quantity.Unit),
        VsiLabelValue label => new EsxVsiEnumeration((decimal)label.Value, label.Label, label.Type),
        VsiUuidValue uuid => uuid.Uuid,
        VsiArrayValue array => ArrayOf(array, Of),
        VsiStructValue structure => StructOf(structure, Of),
        _ => throw new ArgumentException($"A value of vsish of the unknown kind {value.GetType()}.", nameof(value)),
    };

    /// <summary>How much a difference is a second: numbers of the same shape.</summary>
    /// <param name="difference">The difference; null for none.</param>
    /// <param name="seconds">The time in which it came about, more than 0.</param>
    public static object? RateOf(VsiValue? difference, double seconds) => difference switch
    {
        VsiIntegerValue integer => (double)integer.Value / seconds,
        VsiQuantityValue quantity => (double)quantity.Value / seconds,
        VsiArrayValue array => ArrayOf(array, item => RateOf(item, seconds)),
        VsiStructValue structure => StructOf(structure, member => RateOf(member, seconds)),
        _ => null,
    };

    private static object?[] ArrayOf(VsiArrayValue array, Func<VsiValue, object?> convert)
    {
        var items = new object?[array.Items.Count];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = convert(array.Items[i]);
        }

        return items;
    }

    private static PSObject StructOf(VsiStructValue structure, Func<VsiValue, object?> convert)
    {
        var result = new PSObject();
        result.TypeNames.Insert(0, StructTypeName);
        if (structure.Title.Length > 0)
        {
            result.TypeNames.Insert(0, $"{StructTypeName}#{structure.Title}");
        }

        var used = new HashSet<string>(structure.Members.Count, StringComparer.OrdinalIgnoreCase);
        foreach (VsiMember member in structure.Members)
        {
            result.Properties.Add(new PSNoteProperty(PropertyName(member.Name, used), convert(member.Value)), preValidated: true);
        }

        return result;
    }

    /// <summary>vsish may print a name twice or none at all; properties of PowerShell each have one, without regard to case.</summary>
    private static string PropertyName(string name, HashSet<string> used)
    {
        string wanted = name.Length == 0 ? WithoutName : Reserved.Contains(name) ? name + "_" : name;
        string result = wanted;
        for (int i = 2; !used.Add(result); i++)
        {
            result = string.Create(CultureInfo.InvariantCulture, $"{wanted} ({i})");
        }

        return result;
    }
}
