using System;
using System.Linq;
using System.Text.Json.Nodes;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.VSock;

/// <summary>
/// Datastores whose list is larger than 1 MiB: a backslash takes two bytes of JSON and one of what the agent reads from esxcli, of which it takes 1 MiB.
/// None of them is mounted, so that it asks no tool for the size of each.
/// </summary>
internal static class LargeListing
{
    private const int Count = 300;
    private const int NameLength = 2_400;

    /// <summary>The names in their order; each says where it stands.</summary>
    public static string[] Names { get; } =
        [.. Enumerable.Range(0, Count).Select(number => FormattableString.Invariant($"lun{number:0000}-").PadRight(NameLength, '\\'))];

    /// <summary>Puts them on a host in the place of those that it has.</summary>
    public static void Make(SimulatedHost host)
    {
        host.SetDatastores(list =>
        {
            list.Clear();
            for (int i = 0; i < Count; i++)
            {
                list.Add(new JsonObject
                {
                    ["name"] = Names[i],
                    ["uuid"] = FormattableString.Invariant($"{i:x8}-1f3492e8-29a5-6cc2172acba0"),
                    ["type"] = "VMFS-6",
                    ["capacityBytes"] = 1L << 40,
                    ["reservedBytes"] = 1L << 30,
                    ["accessible"] = false,
                });
            }
        });
    }
}
