using System;
using System.Collections.Generic;
using System.Linq;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Tests.Fuzz;

/// <summary>
/// Any bytes are a policy file: it is taken, or refused with a line of it and a reason. One that is taken decides about every VM, method, path and datastore,
/// and says the same when it is read again.
/// </summary>
internal static class PolicyTarget
{
    private static readonly string[] s_methods = [Methods.HostInfo, Methods.VolumeCreate, Methods.VsiWalk, Methods.Ping, "no/such"];
    private static readonly string[] s_nodes = ["/", "/hardware", "/hardware/cpu/cpuInfo", "/power"];

    private static readonly Caller[] s_callers =
    [
        Vm("web01", "564db163-53a5-dde6-60d5-7a08dc4cc19a", "5002a1b2-53a5-dde6-60d5-7a08dc4cc19a"),
        Vm("db01", "564db163-53a5-dde6-60d5-7a08dc4cc19b", null),
        Vm("*?\n\0", "564db163-53a5-dde6-60d5-7a08dc4cc19c", null),
    ];

    public static void Read(byte[] bytes)
    {
        List<PolicyGroup>? groups = PolicyFile.TryParse(bytes, out string? problem);
        FuzzTarget.Holds((groups is null) == (problem is not null), "a refused file has no reason, or one that is taken has");
        if (groups is null)
        {
            FuzzTarget.Holds(LineOf(problem!) is int line && line >= 1 && line <= bytes.Count(b => b == '\n') + 1, "the reason names no line of the file");
            return;
        }

        string said = Answers(PolicyInForce.Loaded("policy.json", "digest", groups));
        string again = Answers(PolicyInForce.Loaded("policy.json", "digest", PolicyFile.TryParse(bytes, out _)!));
        FuzzTarget.Holds(said == again, "the same file means something else when it is read again");
    }

    private static string Answers(PolicyInForce policy)
    {
        var answers = new List<string>();
        foreach (Caller caller in s_callers)
        {
            PolicyGroup? group = policy.GroupOf(caller);
            var access = new VsiAccess(group?.VsiPrefixes ?? []);
            answers.Add(group?.Name ?? "two groups");
            answers.AddRange(s_methods.Select(method => $"{group?.Allows(method)}"));
            answers.AddRange(s_nodes.Select(node => $"{access.RightTo(node)}"));
            answers.Add($"{group?.AllowanceOn("datastore1", "5a1e51e1-5e77f035-0001-000000000001")}");
            FuzzTarget.Holds(group is null || GroupName.IsValid(group.Name), "a group has a name that can be no directory");
        }

        return string.Join(' ', answers);
    }

    private static int? LineOf(string problem)
    {
        const string Beginning = "line ";
        int colon = problem.IndexOf(": ", StringComparison.Ordinal);
        bool isOne = colon > 0 && colon + 2 < problem.Length && problem.StartsWith(Beginning, StringComparison.Ordinal);
        return isOne && int.TryParse(problem[Beginning.Length..colon], out int line) ? line : null;
    }

    private static Caller Vm(string name, string bios, string? instance) => new()
    {
        IsFromHypervisor = true,
        CartelId = 1,
        WorldGroupLeader = 2,
        Name = name,
        BiosUuid = bios,
        InstanceUuid = instance,
        ConfigPath = "/vmfs/volumes/datastore1/vm/vm.vmx",
    };
}
