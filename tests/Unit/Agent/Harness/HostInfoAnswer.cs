using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>What must stand in an answer to <c>host/info</c>, and from which source each member comes.</summary>
internal static class HostInfoAnswer
{
    /// <summary>Each source as a warning names it, with the members that come from it.</summary>
    public static IReadOnlyDictionary<string, string[]> Sources { get; } = new Dictionary<string, string[]>
    {
        ["vmware -vl"] = ["product", "version", "build", "update"],
        ["vsish /hardware/bios/dmiInfo"] = ["vendor", "model", "serialNumber", "uuid"],
        ["vsish /hardware/bios/biosInfo"] = ["biosVersion", "biosDate"],
        ["vsish /hardware/cpu/cpuInfo"] = ["cpuPackages", "cpuCores", "cpuThreads", "hyperthreading"],
        ["vsish /hardware/cpu/cpuModelName"] = ["cpuModel"],
        ["vsish /hardware/cpu/cpuList/0"] = ["cpuMhz"],
        ["vsish ls /memory/nodeList"] = ["numaNodes"],
        ["vsish /memory/comprehensive"] = ["memoryBytes", "memoryFreeBytes"],
        ["vsish /power/currentPolicy"] = ["powerPolicy"],
        ["esxcli system hostname get"] = ["hostName"],
        ["esxcli system stats uptime get"] = ["bootTime", "uptimeSeconds"],
        ["esxcli system maintenanceMode get"] = ["maintenanceMode"],
    };

    /// <summary>The members that come from a tool.</summary>
    public static IEnumerable<string> MembersOf(string tool) =>
        Sources.Where(source => source.Key.StartsWith(tool, StringComparison.Ordinal)).SelectMany(source => source.Value);

    /// <summary>Fails where any other members are empty than they were before and the given ones, or where another one changed.</summary>
    public static void MustLack(JsonObject after, JsonObject before, string[] members)
    {
        Assert.Equal([.. members.Concat(Empty(before)).Distinct().Order()], Empty(after).Order());
        foreach ((string name, JsonNode? value) in before)
        {
            // Time goes on, and a boot time that is computed from it may be a second away.
            if (name is not ("warnings" or "uptimeSeconds" or "bootTime") && after[name] is JsonNode found)
            {
                Assert.Equal($"{name}: {value}", $"{name}: {found}");
            }
        }
    }

    private static IEnumerable<string> Empty(JsonObject answer) => answer.Where(member => member.Value is null).Select(member => member.Key);
}
