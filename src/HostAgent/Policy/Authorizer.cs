using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Policy;

/// <summary>The one place that decides whether a VM may call a method.</summary>
internal sealed class Authorizer(PolicyStore store)
{
    /// <summary>The policy as it is now.</summary>
    public PolicyInForce Policy => store.Current;

    /// <summary>Lets a call pass or throws.</summary>
    /// <exception cref="OperationException"><c>AccessDenied</c>, with the rule that is missing.</exception>
    public void Demand(Caller caller, Method method)
    {
        if (method.Right is string right)
        {
            DemandMethod(caller, right);
        }
    }

    /// <summary>Lets a call of a method that is not open pass or throws.</summary>
    /// <exception cref="OperationException"><c>AccessDenied</c>, with the rule that is missing.</exception>
    public void DemandMethod(Caller caller, string method)
    {
        PolicyInForce policy = Policy;
        PolicyGroup? group = policy.GroupOf(caller);
        if (group is null || !group.Allows(method))
        {
            throw Denied(policy, group, method);
        }
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

    /// <summary>What the policy allows a VM on a datastore.</summary>
    /// <exception cref="OperationException"><c>AccessDenied</c>, with the rule that is missing.</exception>
    public PolicyDatastore DemandDatastore(Caller caller, string name, string uuid)
    {
        PolicyGroup? group = Policy.GroupOf(caller);
        return group?.AllowanceOn(name, uuid) ?? throw new OperationException(
            new WireError(ErrorKind.AccessDenied, $"The host does not allow volumes on '{name}': the group '{group?.Name}' has no datastore of that name in the host's policy.")
            {
                Target = name,
                RecommendedAction = "Take another datastore, or ask the administrator of the host to change the policy of esxagent.",
            });
    }

    /// <summary>Refuses a disk, named by its path in two ways, that lies in no directory which the policy opens to a VM.</summary>
    /// <exception cref="OperationException"><c>AccessDenied</c>, with the rule that is missing.</exception>
    public void DemandVmdk(Caller caller, string path, string canonical)
    {
        PolicyGroup? group = Policy.GroupOf(caller);
        foreach (string opened in group?.VmdkPaths ?? [])
        {
            string directory = opened.EndsWith('/') ? opened : opened + "/";
            if (path.StartsWith(directory, StringComparison.Ordinal) || canonical.StartsWith(directory, StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new OperationException(
            new WireError(ErrorKind.AccessDenied, $"The host does not allow '{path}': the group '{group?.Name}' has no directory above it under 'vmdkPaths' in the host's policy.")
            {
                Target = path,
                RecommendedAction = "Ask the administrator of the host to change the policy of esxagent.",
            });
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
