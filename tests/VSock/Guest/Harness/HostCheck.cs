using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.VSock;

/// <summary>What <c>esxagent check</c> says.</summary>
internal static class HostCheck
{
    /// <summary>Runs it over a simulated host.</summary>
    /// <returns>Outcome and detail by what was looked at.</returns>
    public static IReadOnlyDictionary<string, string> Run()
    {
        using SimulatedHost host = SimulatedHost.Make();
        (_, string output, _) = AgentProcess.Run("check", "--json", "--host-root", host.Root);
        return JsonNode.Parse(output)!.AsArray().ToDictionary(line => line!["name"]!.GetValue<string>(), line => $"{line!["outcome"]}: {line["detail"]}");
    }
}
