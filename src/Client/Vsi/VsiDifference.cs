using System;
using System.Collections.Generic;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>
/// How far the numbers of a vsish node moved between two samples. What is no amount (texts, uuids, enumerations and flags) has no difference, and neither has a
/// number that was none before or had another unit.
/// </summary>
public static class VsiDifference
{
    /// <summary>The difference of two values.</summary>
    /// <param name="before">The earlier value; null where there was none.</param>
    /// <param name="after">The later value; null where there is none.</param>
    /// <returns>
    /// For a number the number that has to be added to the earlier one, with its unit; for a struct one with those members that have a difference; for a list
    /// of numbers such a list. Null where nothing has one.
    /// </returns>
    public static VsiValue? Between(VsiValue? before, VsiValue? after) => (before, after) switch
    {
        (VsiIntegerValue earlier, VsiIntegerValue later) => new VsiIntegerValue(later.Value - earlier.Value),
        (VsiHexValue earlier, VsiHexValue later) => new VsiIntegerValue((Int128)later.Value - earlier.Value),
        (VsiQuantityValue earlier, VsiQuantityValue later) when earlier.Unit == later.Unit => later with { Value = later.Value - earlier.Value },
        (VsiStructValue earlier, VsiStructValue later) => OfMembers(earlier, later),
        (VsiArrayValue earlier, VsiArrayValue later) => OfItems(earlier.Items, later.Items),
        _ => null,
    };

    private static VsiStructValue? OfMembers(VsiStructValue before, VsiStructValue after)
    {
        // A name may be there twice: then the first belongs to the first.
        var earlier = new Dictionary<string, Queue<VsiValue>>(StringComparer.Ordinal);
        foreach (VsiMember member in before.Members)
        {
            if (!earlier.TryGetValue(member.Name, out Queue<VsiValue>? values))
            {
                earlier[member.Name] = values = new Queue<VsiValue>();
            }

            values.Enqueue(member.Value);
        }

        var differences = new List<VsiMember>();
        foreach (VsiMember member in after.Members)
        {
            if (earlier.TryGetValue(member.Name, out Queue<VsiValue>? values) && values.TryDequeue(out VsiValue? value)
                && Between(value, member.Value) is VsiValue difference)
            {
                differences.Add(new VsiMember(member.Name, difference));
            }
        }

        return differences.Count == 0 ? null : after with { Members = differences };
    }

    private static VsiArrayValue? OfItems(IReadOnlyList<VsiValue> before, IReadOnlyList<VsiValue> after)
    {
        if (before.Count != after.Count || after.Count == 0)
        {
            return null;
        }

        var differences = new List<VsiValue>(after.Count);
        for (int i = 0; i < after.Count; i++)
        {
            // A list with gaps would say something of the wrong element.
            if (Between(before[i], after[i]) is not VsiValue difference)
            {
                return null;
            }

            differences.Add(difference);
        }

        return new VsiArrayValue(differences);
    }
}
