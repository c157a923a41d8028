using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>vm/self</c>: who the host sees calling.</summary>
internal sealed class VmSelfOperation(Authorizer authorizer, MethodTable methods)
{
    /// <summary>The row of the method table.</summary>
    public Method Method => new()
    {
        Name = Methods.VmSelf,
        Right = Methods.VmSelf,
        Kind = MethodKind.Read,
        AtOnce = (caller, _) => Describe(caller, authorizer, methods),
    };

    /// <summary>A VM as the host sees it, with what the policy lets it do.</summary>
    public static VirtualMachine Describe(Caller caller, Authorizer authorizer, MethodTable methods) => new()
    {
        Name = caller.Name,
        BiosUuid = caller.BiosUuid,
        InstanceUuid = caller.InstanceUuid,
        ConfigPath = caller.ConfigPath,
        Datastore = caller.Datastore,
        CartelId = caller.CartelId,
        WorldGroupLeader = caller.WorldGroupLeader,
        ContextId = caller.ContextId,
        Group = authorizer.GroupNameOf(caller),
        Rights = authorizer.RightsOf(caller, methods.All),
    };
}
