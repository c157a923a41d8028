using System;
using System.Collections.Generic;
using System.IO;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Tools;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Commands;

/// <summary><c>esxagent policy check FILE</c>: reads a policy as the agent would, tells what is in it, and warns of what is surely a mistake.</summary>
internal static class PolicyCheckCommand
{
    /// <summary>Prints a table, or with <c>--json</c> an array, of the same form as that of <c>esxagent check</c>.</summary>
    /// <returns>0 for a valid file, with warnings or without; 1 for an invalid one.</returns>
    /// <exception cref="UsageException">The command line is wrong, or there is no such file.</exception>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        var options = new List<string>();
        string? path = null;
        foreach (string argument in arguments)
        {
            if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                options.Add(argument);
            }
            else
            {
                path = path is null ? argument : throw new UsageException($"'policy check' takes one file, and '{argument}' is a second one");
            }
        }

        bool asJson = CommandLine.Parse(options.ToArray(), [], [CheckCommand.Json]).Has(CheckCommand.Json);
        path = Path.GetFullPath(path is null or "" ? throw new UsageException("'policy check' needs the file to read") : path);
        using AgentLog log = AgentLog.Open(null, out _)!;
        using Agent agent = PolicyCommand.Assemble(new HostPaths(null), path, mustExist: true, log);
        return CheckCommand.Print(Lines(agent), asJson);
    }

    private static List<HostCheckLine> Lines(Agent agent)
    {
        PolicyInForce policy = agent.Authorizer.Policy;
        PolicyStatus status = policy.Status;
        if (status.State == "invalid")
        {
            return [HostCheckLine.Invalid("policy", $"{status.Path}: {status.Reason}; the agent refuses everything with it")];
        }

        var lines = new List<HostCheckLine> { HostCheckLine.Ok("policy", $"{status.Path} sha256 {status.Digest}") };
        for (int i = 0; i < policy.Groups.Count; i++)
        {
            PolicyGroup group = policy.Groups[i];
            string name = NameOf(group);
            for (int j = 0; j < group.Members.Count; j++)
            {
                lines.Add(HostCheckLine.Ok(name + " member", group.Members[j].Describe()));
            }

            AddAll(lines, name + " right", group.Methods);
            AddAll(lines, name + " vsi", group.VsiPrefixes);
            for (int j = 0; j < group.Datastores.Count; j++)
            {
                lines.Add(HostCheckLine.Ok(name + " datastore", group.Datastores[j].Describe()));
            }

            AddAll(lines, name + " vmdkPath", group.VmdkPaths);
            if (group.Rates.Describe() is { Length: > 0 } rates)
            {
                lines.Add(HostCheckLine.Ok(name + " rates", rates));
            }
        }

        new PolicyReview(policy.Groups, agent.Methods, (group, text) => lines.Add(HostCheckLine.Warning(NameOf(group), text))).Run();
        return lines;
    }

    private static string NameOf(PolicyGroup group) => "group " + group.Name;

    private static void AddAll(List<HostCheckLine> lines, string name, IReadOnlyList<string> texts)
    {
        for (int i = 0; i < texts.Count; i++)
        {
            lines.Add(HostCheckLine.Ok(name, texts[i]));
        }
    }
}
