using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Policy;

/// <summary>What a policy file says, or that there is none, or that it is broken. Never changes: a new file makes a new one.</summary>
internal sealed class PolicyInForce
{
    /// <summary>The group of a VM where there is no file.</summary>
    private static readonly PolicyGroup s_withoutFile = new()
    {
        Name = PolicyGroup.Default,
        Members = [],
        Methods = ["host/info", "vm/self", "vsi/*"],
        VsiPrefixes = ["/hardware", "/system/version", "/power"],
        Datastores = [],
        VmdkPaths = [],
    };

    private static readonly PolicyGroup s_nothing = new()
    {
        Name = PolicyGroup.Default,
        Members = [],
        Methods = [],
        VsiPrefixes = [],
        Datastores = [],
        VmdkPaths = [],
    };

    private readonly IReadOnlyList<PolicyGroup> _groups;
    private readonly PolicyGroup _default;

    private PolicyInForce(IReadOnlyList<PolicyGroup> groups, PolicyGroup defaultGroup, PolicyStatus status)
    {
        _groups = groups;
        _default = defaultGroup;
        Status = status;
    }

    /// <summary>State, path, digest, reason and when it was found so, as <c>agent/status</c> tells them.</summary>
    public PolicyStatus Status { get; }

    /// <summary>There is no file.</summary>
    public static PolicyInForce Absent(string path) => new([], s_withoutFile, StatusOf("absent", path, null, null));

    /// <summary>There is a file that cannot be used: everything is refused.</summary>
    public static PolicyInForce Invalid(string path, string? digest, string reason) => new([], s_nothing, StatusOf("invalid", path, digest, reason));

    /// <summary>There is a file.</summary>
    public static PolicyInForce Loaded(string path, string digest, List<PolicyGroup> groups)
    {
        PolicyGroup given = groups.Find(group => group.Name.Equals(PolicyGroup.Default, StringComparison.OrdinalIgnoreCase)) ?? s_nothing;
        return new PolicyInForce(groups, given, StatusOf("loaded", path, digest, null));
    }

    /// <summary>The groups of the file, in its order.</summary>
    public IReadOnlyList<PolicyGroup> Groups => _groups;

    /// <summary>The group that a VM belongs to; null where two claim it.</summary>
    public PolicyGroup? GroupOf(Caller caller) => GroupOf(caller.Name, caller.BiosUuid, caller.InstanceUuid);

    /// <summary>The group that a VM belongs to; null where two claim it.</summary>
    public PolicyGroup? GroupOf(string name, string? biosUuid, string? instanceUuid)
    {
        // Asked before every request, so without an enumerator, which would be allocated.
        PolicyGroup? found = null;
        for (int i = 0; i < _groups.Count; i++)
        {
            PolicyGroup group = _groups[i];
            if (MemberOf(group, name, biosUuid, instanceUuid) is not null)
            {
                if (found is not null)
                {
                    return null;
                }

                found = group;
            }
        }

        return found ?? _default;
    }

    /// <summary>Whether another look at the file found the same.</summary>
    public bool IsSameAs(PolicyInForce other) =>
        Status.State == other.Status.State && Status.Digest == other.Status.Digest && Status.Reason == other.Status.Reason;

    private static PolicyStatus StatusOf(string state, string path, string? digest, string? reason) =>
        new(state, path, digest, reason) { LoadedTime = DateTime.UtcNow };

    /// <summary>What of a group's members a VM fits; null where it fits none.</summary>
    public static PolicyMember? MemberOf(PolicyGroup group, string name, string? biosUuid, string? instanceUuid)
    {
        for (int i = 0; i < group.Members.Count; i++)
        {
            PolicyMember member = group.Members[i];
            bool fits = (member.Name is null || NamePattern.Fits(name, member.Name))
                && (member.BiosUuid is null || member.BiosUuid == biosUuid)
                && (member.InstanceUuid is null || member.InstanceUuid == instanceUuid);
            if (fits)
            {
                return member;
            }
        }

        return null;
    }
}
