using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Diagnostics.Probes;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.EsxCli;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>
/// Looks at a host with the agent's own eyes: what the process is given, which tools are there and what they answer, what the kernel has. Changes nothing. What may
/// hang or end a process comes last, and in processes of its own.
/// </summary>
internal sealed class HostCheck
{
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(10);

    private readonly HostPaths _paths;
    private readonly ToolRunner _runner = new(s_time);
    private readonly CancelSignal _never = new();
    private readonly EsxcliTool _esxcli;
    private readonly Authorizer _authorizer;
    private readonly CapabilityList _capabilities;

    /// <summary>Prepares to look.</summary>
    public HostCheck(HostPaths paths, AgentLog log)
    {
        _paths = paths;
        _esxcli = new EsxcliTool(_runner, paths);
        _authorizer = new Authorizer(new PolicyStore(paths.Policy, log));
        _capabilities = new CapabilityList(paths, _authorizer);
    }

    /// <summary>Looks, line by line.</summary>
    public IEnumerable<HostCheckLine> Run()
    {
        yield return HostCheckLine.Ok("agent", $"esxagent {AgentBuild.Version} ({AgentBuild.Commit ?? "commit unknown"})");
        IEnumerable<HostCheckLine>[] parts =
        [
            ProcessCheck.Lines(),
            new ToolCheck(_paths, _runner, _capabilities, _never).Lines(),
            Facts(),
            VSockCheck.Lines(isNeeded: _paths.Root is null),
            Rights(),
            new KernelCheck(_runner, _never).Lines(),
        ];
        foreach (IEnumerable<HostCheckLine> part in parts)
        {
            foreach (HostCheckLine line in part)
            {
                yield return line;
            }
        }
    }

    private IEnumerable<HostCheckLine> Facts()
    {
        foreach (HostFactSource source in new HostFactSources(new VsishTool(_runner, _paths), _esxcli, new VmwareTool(_runner, _paths)).All())
        {
            yield return Ask(source);
        }

        yield return InstalledOnly();
    }

    private IEnumerable<HostCheckLine> Rights()
    {
        PolicyStatus policy = _authorizer.Policy.Status;
        yield return policy.State switch
        {
            "loaded" => HostCheckLine.Ok("policy", $"{policy.Path} sha256 {policy.Digest}"),
            "absent" => HostCheckLine.Note("policy", $"{policy.Path} is not there: VMs may read host facts and change nothing"),
            _ => HostCheckLine.Missing("policy", $"{policy.Path} {policy.Reason}: everything is refused"),
        };
        foreach (CapabilityStatus capability in _capabilities.All())
        {
            string name = $"capability {capability.Name}";
            yield return capability.Available ? HostCheckLine.Ok(name, "works") : HostCheckLine.Missing(name, capability.Reason!);
        }
    }

    private HostCheckLine Ask(HostFactSource source)
    {
        string name = $"{source.Tool} {source.Question}";
        try
        {
            HostFactSource.Reading reading = source.Read(_never, s_time);
            return reading.Warning is null ? HostCheckLine.Ok(name, "answers") : HostCheckLine.Note(name, reading.Warning);
        }
        catch (OperationException e)
        {
            return HostCheckLine.Note(name, e.Error.ToolError is string tool ? $"{e.Error.Message} {tool}" : e.Error.Message);
        }
    }

    /// <summary>Whether ESXi runs only what a VIB installed.</summary>
    private HostCheckLine InstalledOnly()
    {
        const string Name = "execInstalledOnly";
        try
        {
            EsxcliValue answer = _esxcli.Ask(["system", "settings", "kernel", "list", "-o", Name], _never, s_time);
            string? runtime = answer.Items.Count == 0 ? null : answer.Items[0].TextOf("Runtime");
            return EsxcliValue.ToFlag(runtime) switch
            {
                true => HostCheckLine.Note(Name, "on: this host runs only what was installed from a VIB"),
                false => HostCheckLine.Ok(Name, "off: this host runs any executable"),
                null => HostCheckLine.Note(Name, "unknown: esxcli tells no value that is understood"),
            };
        }
        catch (OperationException e)
        {
            return HostCheckLine.Note(Name, $"unknown: {e.Error.Message}");
        }
    }
}
