using EsxAgent.HostAgent.Policy;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>How many messages the VM of a session may send.</summary>
/// <param name="policy">The policy that says so.</param>
/// <param name="perSecond">Messages in a second.</param>
internal sealed class MessageRate(PolicyInForce policy, int perSecond)
{
    /// <summary>The policy that says so; another one may say otherwise.</summary>
    public PolicyInForce Policy => policy;

    /// <summary>Messages in a second.</summary>
    public int PerSecond => perSecond;
}
