using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Tools;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>What works on this host: each capability needs its tools and a policy that was read.</summary>
internal sealed class CapabilityList(HostPaths paths, Authorizer authorizer)
{
    /// <summary>Each capability with the tools it stands on; of several in one place any will do.</summary>
    private static readonly (string Name, string[][] Tools)[] s_capabilities =
    [
        ("hostInfo", [[ToolNames.Vsish]]),
        ("datastores", [[ToolNames.Esxcli, ToolNames.Localcli]]),
        ("identity", [[ToolNames.Vsish]]),
        ("vsi", [[ToolNames.Vsish]]),
        ("volumes", [[ToolNames.Vmkfstools]]),
        ("sidecars", [[ToolNames.DiskTool], [ToolNames.Vmkfstools]]),
    ];

    /// <summary>Names of those that work.</summary>
    public List<string> Available()
    {
        var names = new List<string>();
        foreach (CapabilityStatus capability in All())
        {
            if (capability.Available)
            {
                names.Add(capability.Name!);
            }
        }

        return names;
    }

    /// <summary>All of them, with the reason for each that is missing.</summary>
    public List<CapabilityStatus> All()
    {
        PolicyStatus policy = authorizer.Policy.Status;
        var list = new List<CapabilityStatus>();
        foreach ((string name, string[][] tools) in s_capabilities)
        {
            string? reason = policy.State == "invalid" ? "the policy file is invalid" : MissingOf(tools);
            list.Add(new CapabilityStatus(name, reason is null, reason));
        }

        return list;
    }

    /// <summary>True where a capability does not work without a tool, because no other can stand in for it.</summary>
    public bool Needs(string tool)
    {
        foreach ((_, string[][] tools) in s_capabilities)
        {
            if (Array.Exists(tools, oneOf => Array.Exists(oneOf, name => name == tool) && !Array.Exists(oneOf, other => other != tool && paths.HasTool(other))))
            {
                return true;
            }
        }

        return false;
    }

    private string? MissingOf(string[][] tools)
    {
        foreach (string[] oneOf in tools)
        {
            if (!Array.Exists(oneOf, paths.HasTool))
            {
                return $"the host has no tool '{string.Join("' or '", oneOf)}' that can be run";
            }
        }

        return null;
    }
}
