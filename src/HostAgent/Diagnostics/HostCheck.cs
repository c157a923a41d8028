using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Listening;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.EsxCli;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>One line of <c>esxagent check</c>.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Outcome"><c>ok</c>; <c>missing</c>: something does not work without it; <c>note</c>: worth knowing.</param>
/// <param name="Detail">What was found, and what to do about it.</param>
internal sealed record HostCheckLine(string Name, string Outcome, string Detail);

/// <summary>Looks at a host with the agent's own eyes: which tools are there and what they answer. Changes nothing.</summary>
internal sealed class HostCheck(HostPaths paths, AgentLog log)
{
    private readonly ToolRunner _runner = new(TimeSpan.FromSeconds(10));
    private readonly CancelSignal _never = new();

    /// <summary>Looks, line by line.</summary>
    public IEnumerable<HostCheckLine> Run()
    {
        yield return new HostCheckLine("agent", "ok", $"esxagent {AgentBuild.Version} ({AgentBuild.Commit ?? "commit unknown"})");
        foreach (string tool in ToolNames.All)
        {
            bool isThere = paths.HasTool(tool);
            yield return new HostCheckLine($"tool {tool}", isThere ? "ok" : "missing", isThere ? paths.Tool(tool) : $"{paths.Tool(tool)} is not there or cannot be run");
        }

        foreach (HostFactSource source in new HostFactSources(new VsishTool(_runner, paths), new EsxcliTool(_runner, paths), new VmwareTool(_runner, paths)).All())
        {
            yield return Ask(source);
        }

        VSockFamily? family = VSockFamily.Find();
        yield return family is null
            ? new HostCheckLine("vSockets", "missing", "no address family was found: neither a socket of AF_VSOCK nor a VMCI device answers")
            : new HostCheckLine("vSockets", "ok", $"address family {family.Number}, from {family.Source}");

        var authorizer = new Authorizer(new PolicyStore(paths.Policy, log));
        PolicyStatus policy = authorizer.Policy.Status;
        yield return new HostCheckLine("policy", policy.State == "invalid" ? "missing" : policy.State == "loaded" ? "ok" : "note", policy.State switch
        {
            "loaded" => $"{policy.Path} sha256 {policy.Digest}",
            "absent" => $"{policy.Path} is not there: VMs may read host facts and change nothing",
            _ => $"{policy.Path} {policy.Reason}: everything is refused",
        });
        foreach (CapabilityStatus capability in new CapabilityList(paths, authorizer).All())
        {
            yield return new HostCheckLine($"capability {capability.Name}", capability.Available ? "ok" : "missing", capability.Reason ?? "works");
        }
    }

    private HostCheckLine Ask(HostFactSource source)
    {
        string name = $"{source.Tool} {source.Question}";
        try
        {
            HostFactSource.Reading reading = source.Read(_never, TimeSpan.FromSeconds(10));
            return new HostCheckLine(name, reading.Warning is null ? "ok" : "note", reading.Warning ?? "answers");
        }
        catch (OperationException e)
        {
            return new HostCheckLine(name, "note", e.Error.ToolError is string tool ? $"{e.Error.Message} {tool}" : e.Error.Message);
        }
    }
}
