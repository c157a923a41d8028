using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Volumes.Sidecars;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Commands;

/// <summary>
/// <c>esxagent policy explain</c>: whether a VM may call a method, and by which rule. The answer is that of the <see cref="Authorizer"/> that serves
/// requests; what is here only asks it and puts it into words.
/// </summary>
internal sealed class PolicyExplainCommand
{
    private const string BiosUuid = "--bios-uuid";
    private const string InstanceUuid = "--instance-uuid";
    private const string Datastore = "--datastore";
    private const string NodeOrDisk = "--path";
    private const string File = "--policy";

    private readonly Authorizer _authorizer;
    private readonly Method _method;
    private readonly Caller _caller;
    private readonly DatastoreDirectories _datastores;

    private PolicyExplainCommand(Authorizer authorizer, Method method, Caller caller, DatastoreDirectories datastores)
    {
        _authorizer = authorizer;
        _method = method;
        _caller = caller;
        _datastores = datastores;
    }

    /// <summary>Prints the policy, the group, the rules, and at last whether it is allowed.</summary>
    /// <returns>0 where it is allowed, 1 where it is refused.</returns>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        CommandLine line = CommandLine.Parse(arguments, ["--vm", BiosUuid, InstanceUuid, "--method", Datastore, NodeOrDisk, File, HostRootOption.Name], []);
        string name = line.One("--vm") ?? throw new UsageException("'policy explain' needs '--vm' with the name of the VM");
        string wanted = line.One("--method") ?? throw new UsageException("'policy explain' needs '--method' with the method, for example 'volume/create'");
        HostPaths paths = HostRootOption.Read(line);
        string? file = line.One(File);
        if (file is not null && paths.Root is not null)
        {
            throw new UsageException("'--policy' and '--host-root' exclude each other: a simulated host has a policy of its own");
        }

        using AgentLog log = AgentLog.Open(null, out _)!;
        using Agent agent = PolicyCommand.Assemble(paths, file is null ? paths.Policy : Path.GetFullPath(file), mustExist: file is not null, log);
        Method method = agent.Methods.Find(Encoding.UTF8.GetBytes(wanted)) ?? throw new UsageException($"the agent has no method '{wanted}'");
        var caller = new Caller
        {
            IsFromHypervisor = false,
            CartelId = 0,
            WorldGroupLeader = 0,
            Name = name,
            BiosUuid = Uuid(line, BiosUuid) ?? string.Empty,
            InstanceUuid = Uuid(line, InstanceUuid),
            ConfigPath = string.Empty,
        };
        return new PolicyExplainCommand(agent.Authorizer, method, caller, new DatastoreDirectories(paths)).Explain(line.One(Datastore), line.One(NodeOrDisk));
    }

    private static string? Uuid(CommandLine line, string option) => line.One(option) is not string text ? null
        : PolicyFile.UuidOf(text) ?? throw new UsageException($"'{option}' needs a uuid such as {PolicyFile.UuidExample}, and '{text}' is none");

    private int Explain(string? datastore, string? path)
    {
        bool isOfSidecars = _method.Name.StartsWith("sidecar/", StringComparison.Ordinal);
        bool isOfVolumes = isOfSidecars || _method.Name.StartsWith("volume/", StringComparison.Ordinal);
        string? idle = datastore is not null && (!isOfVolumes || path is not null) ? Datastore
            : path is not null && !isOfSidecars && _method.Vsi == VsiRight.None ? NodeOrDisk
            : null;
        if (idle is not null)
        {
            throw new UsageException($"'{idle}' says nothing here: '{_method.Name}' does not take it, or '{NodeOrDisk}' names the datastore already");
        }

        try
        {
            TellGroups();
            string? right = _authorizer.Demand(_caller, _method);
            Tell("right", right is null ? "every VM may call it" : $"'{right}' of 'methods'");
            if (datastore is not null)
            {
                DatastoreName? found = Find(datastore);
                Tell("datastore", _authorizer.DemandDatastore(_caller, datastore, found?.Name, found?.Uuid).Describe() + " of 'datastores'");
            }
            else if (path is not null)
            {
                Tell("path", isOfSidecars ? RuleOfDisk(path) : RuleOfNode(path));
            }
            else if (isOfVolumes || _method.Vsi != VsiRight.None)
            {
                Tell("note", isOfVolumes
                    ? "which datastores or disks is another rule: ask with '--datastore' or '--path'"
                    : "which nodes is another rule: ask with '--path'");
            }

            if (right is null && _method.Name == Protocol.Messages.Methods.AgentStatus && !_authorizer.HasRight(_caller, _method.Name))
            {
                Tell("note", "only its own part: the whole needs the right 'agent/status'");
            }
        }
        catch (OperationException e) when (e.Error.Kind == ErrorKind.AccessDenied)
        {
            Tell("missing", e.Error.Message);
            Tell("refused", WhatIsAsked);
            return ExitStatus.Refused;
        }
        catch (OperationException e) when (e.Error.Kind == ErrorKind.InvalidParams)
        {
            throw new UsageException(e.Error.Message.TrimEnd('.'));
        }

        Tell("allowed", WhatIsAsked);
        return ExitStatus.Success;
    }

    private string WhatIsAsked => $"'{_method.Name}' for the VM '{_caller.Name}'";

    private string RuleOfDisk(string path)
    {
        VmdkPath disk = VmdkPath.Parse(path, Find, out bool isThere);
        return $"'{_authorizer.DemandVmdk(_caller, path, isThere ? [disk.Text, disk.Canonical] : [])}' of 'vmdkPaths'";
    }

    private string RuleOfNode(string path)
    {
        VsiAccess access = _authorizer.DemandVsi(_caller, VsiPath.Demand(path, NodeOrDisk), _method.Vsi);
        return access.RightTo(path, out string rule) == VsiRight.Read ? $"'{rule}' of 'vsi'" : $"only what leads to '{rule}' of 'vsi'";
    }

    /// <summary>The datastore as a host has it; null where there is none, or where the command does not run on a host.</summary>
    private DatastoreName? Find(string nameOrUuid)
    {
        try
        {
            return _datastores.TryFind(nameOrUuid);
        }
        catch (OperationException)
        {
            return null;
        }
    }

    private void TellGroups()
    {
        PolicyInForce policy = _authorizer.Policy;
        Tell("policy", $"{policy.Status.Path} is {policy.Status.State}");
        bool isNamed = false;
        bool needsUuid = false;
        for (int i = 0; i < policy.Groups.Count; i++)
        {
            IReadOnlyList<PolicyMember> members = policy.Groups[i].Members;
            for (int j = 0; j < members.Count; j++)
            {
                needsUuid |= (members[j].BiosUuid is not null && _caller.BiosUuid.Length == 0)
                    || (members[j].InstanceUuid is not null && _caller.InstanceUuid is null);
            }

            if (PolicyInForce.MemberOf(policy.Groups[i], _caller.Name, _caller.BiosUuid, _caller.InstanceUuid) is PolicyMember member)
            {
                isNamed = true;
                Tell("group", $"'{policy.Groups[i].Name}' by its member {member.Describe()}");
            }
        }

        if (!isNamed)
        {
            Tell("group", "'default', because no group names the VM");
        }

        if (needsUuid)
        {
            Tell("note", "the policy names VMs by uuid too: tell '--bios-uuid' and '--instance-uuid'");
        }
    }

    private static void Tell(string label, string text) => StandardOutput.WriteLine(label.PadRight(10) + text);
}
