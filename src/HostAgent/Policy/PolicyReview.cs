using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Volumes.Store;

namespace EsxAgent.HostAgent.Policy;

/// <summary>Looks through a policy that is valid for what nobody can have meant.</summary>
/// <param name="groups">The groups of the policy.</param>
/// <param name="methods">What the agent serves.</param>
/// <param name="warn">Is told of a group and what is wrong with it.</param>
internal sealed class PolicyReview(IReadOnlyList<PolicyGroup> groups, MethodTable methods, Action<PolicyGroup, string> warn)
{
    /// <summary>Patterns are compared step by step; those that would take more are not.</summary>
    private const long MaxSteps = 1 << 24;

    private const string VolumeKind = "volume/";
    private const string SidecarKind = "sidecar/";
    private const string VsiKind = "vsi/";

    /// <summary>Looks.</summary>
    public void Run()
    {
        for (int i = 0; i < groups.Count; i++)
        {
            PolicyGroup group = groups[i];
            LookAtMethods(group);
            LookAtParts(group);
            LookAtPaths(group);
            LookAtDatastores(group);
            for (int j = i + 1; j < groups.Count; j++)
            {
                LookAtMembers(group, groups[j]);
            }
        }
    }

    private void LookAtMethods(PolicyGroup group)
    {
        for (int i = 0; i < group.Methods.Count; i++)
        {
            if (!AllowsAny(group.Methods[i], string.Empty))
            {
                warn(group, $"the right '{group.Methods[i]}' names no method");
            }
        }
    }

    /// <summary>Parts of a group that are of no use without each other.</summary>
    private void LookAtParts(PolicyGroup group)
    {
        bool isDefault = group.Name.Equals(PolicyGroup.Default, StringComparison.OrdinalIgnoreCase);
        bool hasVolumes = MayCall(group, VolumeKind);
        bool hasSidecars = MayCall(group, SidecarKind);
        Warn(group, group.Members.Count > 0 || isDefault, "it has no members, so no VM belongs to it");
        Warn(group, group.VsiPrefixes.Count > 0 || !MayCall(group, VsiKind), "it has rights to 'vsi/' and no prefix in 'vsi', so it can read nothing");
        Warn(group, group.VsiPrefixes.Count == 0 || MayCall(group, VsiKind), "it has prefixes in 'vsi' and no right to 'vsi/'");
        Warn(group, group.Datastores.Count > 0 || !hasVolumes, "it has rights to 'volume/' and no datastore, so it can have no volume");
        Warn(group, group.Datastores.Count == 0 || hasVolumes || hasSidecars, "it has datastores and no right to 'volume/' or 'sidecar/'");
        Warn(group, group.VmdkPaths.Count == 0 || hasSidecars, "it has 'vmdkPaths' and no right to 'sidecar/'");
    }

    private void LookAtPaths(PolicyGroup group)
    {
        for (int i = 0; i < group.VmdkPaths.Count; i++)
        {
            string path = group.VmdkPaths[i];
            bool isBelow = (path + '/').StartsWith(DatastoreDirectories.HostVolumes + '/', StringComparison.Ordinal);
            Warn(group, isBelow, $"'{path}' of 'vmdkPaths' is not below '/vmfs/volumes', so it opens nothing");
            bool isDisk = path.EndsWith(".vmdk", StringComparison.OrdinalIgnoreCase);
            Warn(group, !isDisk, $"'{path}' of 'vmdkPaths' looks like a disk: name the directory that it lies in");
        }
    }

    private void LookAtDatastores(PolicyGroup group)
    {
        for (int i = 0; i < group.Datastores.Count; i++)
        {
            PolicyDatastore datastore = group.Datastores[i];
            string name = $"the datastore '{datastore.Name}'";
            bool isLimited = datastore.MaxVolumeBytes is not null || datastore.TotalBytes is not null;
            Warn(group, isLimited, name + " has neither 'maxVolumeBytes' nor 'totalBytes', so its volumes may fill it");
            Warn(group, !(datastore.MaxVolumeBytes > datastore.TotalBytes), name + " has more 'maxVolumeBytes' than 'totalBytes'");
            for (int before = 0; before < i; before++)
            {
                if (Covers(group.Datastores[before].Name, datastore.Name))
                {
                    warn(group, name + $" stands behind '{group.Datastores[before].Name}', which is taken first, so it counts for nothing");
                    break;
                }
            }
        }
    }

    /// <summary>Members of two groups that one VM may fit, which is refused then. A name and a uuid say nothing of each other.</summary>
    private void LookAtMembers(PolicyGroup one, PolicyGroup other)
    {
        for (int i = 0; i < one.Members.Count; i++)
        {
            for (int j = 0; j < other.Members.Count; j++)
            {
                if (MayBeOne(one.Members[i], other.Members[j]))
                {
                    string both = $" may be a VM of the group '{other.Name}' too, and is refused then: ";
                    warn(one, one.Members[i].Describe() + both + other.Members[j].Describe());
                }
            }
        }
    }

    private static bool MayBeOne(PolicyMember one, PolicyMember other)
    {
        bool isSameBios = one.BiosUuid is not null && one.BiosUuid == other.BiosUuid;
        bool isSameInstance = one.InstanceUuid is not null && one.InstanceUuid == other.InstanceUuid;
        bool isOther = (!isSameBios && one.BiosUuid is not null && other.BiosUuid is not null)
            || (!isSameInstance && one.InstanceUuid is not null && other.InstanceUuid is not null);
        return !isOther && (one.Name is null || other.Name is null || (long)one.Name.Length * other.Name.Length > MaxSteps
            ? isSameBios || isSameInstance
            : NamePattern.Overlap(one.Name, other.Name));
    }

    /// <summary>Whether every name that fits a pattern fits one that stands before it.</summary>
    private static bool Covers(string before, string pattern) =>
        NamePattern.Fits(pattern, before) && !(before.Contains('?', StringComparison.Ordinal) && pattern.Contains('*', StringComparison.Ordinal));

    private void Warn(PolicyGroup group, bool isGood, string text)
    {
        if (!isGood)
        {
            warn(group, text);
        }
    }

    private bool MayCall(PolicyGroup group, string kind)
    {
        for (int i = 0; i < group.Methods.Count; i++)
        {
            if (AllowsAny(group.Methods[i], kind))
            {
                return true;
            }
        }

        return false;
    }

    private bool AllowsAny(string rule, string kind)
    {
        for (int i = 0; i < methods.All.Count; i++)
        {
            string name = methods.All[i].Name;
            if (name.StartsWith(kind, StringComparison.Ordinal) && PolicyGroup.IsAllowed(rule, name))
            {
                return true;
            }
        }

        return false;
    }
}
