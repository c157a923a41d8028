using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Policy;

/// <summary>The one place that decides whether a VM may call a method.</summary>
internal sealed class Authorizer(PolicyStore store)
{
    /// <summary>The policy as it is now.</summary>
    public PolicyInForce Policy => store.Current;

    /// <summary>Lets a call pass or throws.</summary>
    /// <returns>The entry of 'methods' that allows it; null where every VM may call it.</returns>
    /// <exception cref="OperationException"><c>AccessDenied</c>, with the rule that is missing.</exception>
    public string? Demand(Caller caller, Method method) => method.Right is string right ? DemandRight(caller, right) : null;

    /// <summary>Lets a VM that has a right pass or throws.</summary>
    /// <returns>The entry of 'methods' that gives it.</returns>
    /// <exception cref="OperationException"><c>AccessDenied</c>, with the rule that is missing.</exception>
    public string DemandRight(Caller caller, string right)
    {
        PolicyInForce policy = Policy;
        PolicyGroup? group = policy.GroupOf(caller);
        return group?.RuleFor(right) ?? throw Denied(policy, group, right);
    }

    /// <summary>Lets the reading of a node of vsish pass or throws.</summary>
    /// <param name="caller">Who wants to read.</param>
    /// <param name="path">The node.</param>
    /// <param name="needed"><see cref="VsiRight.Read"/>, or <see cref="VsiRight.Passage"/> where its children are enough.</param>
    /// <returns>The part of the tree that the VM may read.</returns>
    /// <exception cref="OperationException"><c>AccessDenied</c>, with the prefix that is missing.</exception>
    public VsiAccess DemandVsi(Caller caller, string path, VsiRight needed)
    {
        PolicyInForce policy = Policy;
        PolicyGroup? group = policy.GroupOf(caller);
        var access = new VsiAccess(group?.VsiPrefixes ?? []);
        return access.RightTo(path) >= needed ? access : throw new OperationException(new WireError(
            ErrorKind.AccessDenied,
            $"The host does not allow to read '{path}': no prefix of the group '{group?.Name}' in the host's policy ('vsi') holds it.")
        {
            Target = path,
            RecommendedAction = $"Ask the administrator of the host to add '{path}', or a node above it, to 'vsi' of the group in the policy of esxagent.",
        });
    }

    /// <summary>What a VM may ask in a time: what its group says, else the agent's own limits, which are also those of who is not known yet.</summary>
    /// <param name="caller">The VM; null before the handshake.</param>
    /// <param name="requestsPerSecond">Messages in a second.</param>
    /// <param name="changesPerMinute">Changes in a minute.</param>
    public void RatesOf(Caller? caller, out int requestsPerSecond, out int changesPerMinute)
    {
        PolicyRates? rates = caller is null ? null : Policy.GroupOf(caller)?.Rates;
        requestsPerSecond = rates?.RequestsPerSecond ?? SessionLimitsInForce.RequestsPerSecond;
        changesPerMinute = rates?.ChangesPerMinute ?? SessionLimitsInForce.ChangesPerMinute;
    }

    /// <summary>Whether a VM has a right, whatever the method's gate.</summary>
    public bool HasRight(Caller caller, string method) => Policy.GroupOf(caller)?.Allows(method) == true;

    /// <summary>
    /// What the policy allows a VM on a datastore. Who has no right there gets the same answer whether the host has such a datastore or not, in the words
    /// that it asked with: neither a name nor a uuid can be learned from it.
    /// </summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="asked">Name or uuid of the datastore, as it was asked for.</param>
    /// <param name="name">Its name; null where the host has none of that name or uuid.</param>
    /// <param name="uuid">Its uuid; null as the name is.</param>
    /// <exception cref="OperationException"><c>AccessDenied</c>, with the rule that is missing.</exception>
    public PolicyDatastore DemandDatastore(Caller caller, string asked, string? name, string? uuid)
    {
        PolicyGroup? group = Policy.GroupOf(caller);
        return group?.AllowanceOn(name ?? asked, uuid ?? asked) ?? throw new OperationException(
            new WireError(
                ErrorKind.AccessDenied,
                $"The host does not allow volumes on '{asked}': the group '{group?.Name}' has no datastore of that name in the host's policy.")
            {
                Target = asked,
                RecommendedAction = "Take another datastore, or ask the administrator of the host to change the policy of esxagent.",
            });
    }

    /// <summary>
    /// Refuses a disk that lies in no directory which the policy opens to a VM. Nothing but the paths is looked at: whether there is such a disk must not show.
    /// </summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="asked">Path of the disk, as it was asked for.</param>
    /// <param name="others">The same with the datastore's name and with its uuid, where the host has it.</param>
    /// <returns>The directory that is opened, as the policy names it.</returns>
    /// <exception cref="OperationException"><c>AccessDenied</c>, with the rule that is missing.</exception>
    public string DemandVmdk(Caller caller, string asked, IReadOnlyList<string> others)
    {
        PolicyGroup? group = Policy.GroupOf(caller);
        foreach (string opened in group?.VmdkPaths ?? [])
        {
            string directory = opened.EndsWith('/') ? opened : opened + "/";
            bool isBelow = asked.StartsWith(directory, StringComparison.Ordinal);
            for (int i = 0; i < others.Count; i++)
            {
                isBelow |= others[i].StartsWith(directory, StringComparison.Ordinal);
            }

            if (isBelow)
            {
                return opened;
            }
        }

        throw new OperationException(
            new WireError(
                ErrorKind.AccessDenied,
                $"The host does not allow '{asked}': the group '{group?.Name}' has no directory above it under 'vmdkPaths' in the host's policy.")
            {
                Target = asked,
                RecommendedAction = "Ask the administrator of the host to change the policy of esxagent.",
            });
    }

    /// <summary>
    /// Whether a VM may be told the name of another one that has a disk of its group: one of its own group, or any where it may list all. Other VMs are told of
    /// without a name.
    /// </summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="name">Display name of the other.</param>
    /// <param name="biosUuid">Its BIOS uuid; null where its configuration names none.</param>
    /// <param name="instanceUuid">Its instance uuid; null where its configuration names none.</param>
    public bool MayName(Caller caller, string name, string? biosUuid, string? instanceUuid)
    {
        PolicyInForce policy = Policy;
        PolicyGroup? group = policy.GroupOf(caller);
        return group is not null && (group.Allows(Methods.VmList) || policy.GroupOf(name, biosUuid, instanceUuid) == group);
    }

    /// <summary>Whether the policy allows a VM anything on a datastore.</summary>
    public bool AllowsDatastore(Caller caller, string name, string uuid) => Policy.GroupOf(caller)?.AllowanceOn(name, uuid) is not null;

    /// <summary>Name of a VM's group; null where two groups claim it.</summary>
    public string? GroupNameOf(Caller caller) => Policy.GroupOf(caller)?.Name;

    /// <summary>The methods that the policy allows a VM, sorted by name; those that are open to every VM are not among them.</summary>
    public List<string> RightsOf(Caller caller, IEnumerable<Method> methods)
    {
        PolicyGroup? group = Policy.GroupOf(caller);
        var rights = new List<string>();
        foreach (Method method in methods)
        {
            if (method.Right is string right && group?.Allows(right) == true)
            {
                rights.Add(right);
            }
        }

        rights.Sort(StringComparer.Ordinal);
        return rights;
    }

    private static OperationException Denied(PolicyInForce policy, PolicyGroup? group, string method)
    {
        string why = policy.Status.State == "invalid" ? $"the host's policy file is invalid ({policy.Status.Reason}), so everything is refused"
            : group is null ? "the VM belongs to two groups of the host's policy"
            : $"the group '{group.Name}' has no right '{method}' in the host's policy";
        return new OperationException(new WireError(ErrorKind.AccessDenied, $"The host does not allow '{method}': {why}.")
        {
            Target = method,
            RecommendedAction = "Ask the administrator of the host to change the policy of esxagent.",
        });
    }
}
