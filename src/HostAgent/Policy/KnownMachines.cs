using EsxAgent.HostAgent.Sessions;

namespace EsxAgent.HostAgent.Policy;

/// <summary>The VMs whose names a caller may be told where they have a disk of its group.</summary>
internal sealed class KnownMachines(Authorizer authorizer, Caller caller)
{
    /// <summary>Whether a VM is one of them, see <see cref="Authorizer.MayName"/>.</summary>
    public bool Holds(string name, string? biosUuid, string? instanceUuid) => authorizer.MayName(caller, name, biosUuid, instanceUuid);
}
