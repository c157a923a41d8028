using System;
using System.Collections.Generic;
using System.Globalization;

namespace EsxAgent.HostAgent.Policy;

/// <summary>One group of VMs and what they may do.</summary>
internal sealed class PolicyGroup
{
    /// <summary>The group of every VM that no other group names.</summary>
    public const string Default = "default";

    /// <summary>Name; also the name of the directory that holds the group's volumes.</summary>
    public required string Name { get; init; }

    /// <summary>Which VMs belong to it.</summary>
    public required IReadOnlyList<PolicyMember> Members { get; init; }

    /// <summary>Allowed methods: a name, <c>vsi/*</c> for all of a kind, or <c>*</c>.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>Readable prefixes of vsish paths.</summary>
    public required IReadOnlyList<string> VsiPrefixes { get; init; }

    /// <summary>Datastores that may be used, and how much of them.</summary>
    public required IReadOnlyList<PolicyDatastore> Datastores { get; init; }

    /// <summary>Directories whose disks may have their sidecars managed by path.</summary>
    public required IReadOnlyList<string> VmdkPaths { get; init; }

    /// <summary>How much of it is allowed in a time, for each VM.</summary>
    public PolicyRates Rates { get; init; } = PolicyRates.None;

    /// <summary>What is allowed on a datastore: the first entry that fits its name or uuid; null where none does.</summary>
    public PolicyDatastore? AllowanceOn(string name, string uuid)
    {
        foreach (PolicyDatastore datastore in Datastores)
        {
            if (NamePattern.Fits(name, datastore.Name) || NamePattern.Fits(uuid, datastore.Name))
            {
                return datastore;
            }
        }

        return null;
    }

    /// <summary>Whether a method is allowed.</summary>
    public bool Allows(string method) => RuleFor(method) is not null;

    /// <summary>The first entry of the methods that allows one; null where none does.</summary>
    public string? RuleFor(string method)
    {
        for (int i = 0; i < Methods.Count; i++)
        {
            if (IsAllowed(Methods[i], method))
            {
                return Methods[i];
            }
        }

        return null;
    }

    /// <summary>Whether an entry of the methods allows one.</summary>
    public static bool IsAllowed(string rule, string method) => rule == "*" || rule == method
        || (rule.EndsWith("/*", StringComparison.Ordinal) && method.AsSpan().StartsWith(rule.AsSpan(0, rule.Length - 1), StringComparison.Ordinal));
}

/// <summary>One way to name VMs: each part that is given must fit.</summary>
/// <param name="Name">Pattern for the display name with <c>*</c> and <c>?</c>; null for any.</param>
/// <param name="BiosUuid">BIOS uuid; null for any.</param>
/// <param name="InstanceUuid">Instance uuid; null for any.</param>
internal sealed record PolicyMember(string? Name, string? BiosUuid, string? InstanceUuid)
{
    /// <summary>The parts in words, for a person.</summary>
    public string Describe()
    {
        string words = Name is null ? string.Empty : $"name '{Name}'";
        words = Join(words, "BIOS uuid ", BiosUuid);
        return Join(words, "instance uuid ", InstanceUuid);
    }

    private static string Join(string words, string what, string? part) =>
        part is null ? words : words + (words.Length == 0 ? string.Empty : " and ") + what + part;
}

/// <summary>How much a VM of a group may ask for. What is not given is as for every VM.</summary>
/// <param name="RequestsPerSecond">Requests of any method, 1 to 1 000 000; null for the agent's own limit.</param>
/// <param name="ChangesPerMinute">Requests of methods that change something, 1 to 1 000 000; null for the agent's own limit.</param>
internal sealed record PolicyRates(int? RequestsPerSecond, int? ChangesPerMinute)
{
    /// <summary>The largest of both.</summary>
    public const int Largest = 1_000_000;

    /// <summary>The agent's own limits.</summary>
    public static PolicyRates None { get; } = new(null, null);

    /// <summary>The rates in words, for a person; empty where there are none.</summary>
    public string Describe() => Words(RequestsPerSecond, string.Empty, " requests a second")
        + Words(ChangesPerMinute, RequestsPerSecond is null ? string.Empty : ", ", " changes a minute");

    /// <summary>A number between words; nothing where it is not given.</summary>
    public static string Words(long? number, string before, string behind) =>
        number is long given ? before + given.ToString(CultureInfo.InvariantCulture) + behind : string.Empty;
}

/// <summary>A datastore that a group may use.</summary>
/// <param name="Name">Name, uuid or pattern.</param>
/// <param name="MaxVolumeBytes">Largest volume; null for no limit.</param>
/// <param name="TotalBytes">Sum of all volumes; null for no limit.</param>
internal sealed record PolicyDatastore(string Name, long? MaxVolumeBytes, long? TotalBytes)
{
    /// <summary>Name and limits in words, for a person.</summary>
    public string Describe() =>
        $"'{Name}'" + PolicyRates.Words(MaxVolumeBytes, " with volumes of at most ", " bytes") + PolicyRates.Words(TotalBytes, ", together at most ", " bytes");
}
