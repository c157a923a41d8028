using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>host/info</c>.</summary>
internal sealed class HostInfoOperation(HostFacts facts)
{
    /// <summary>The row of the method table.</summary>
    public Method Method => new()
    {
        Name = Methods.HostInfo,
        AtOnce = request => Refresh(request) ? null : facts.Fresh,
        Run = request => facts.Read(request.Deadline, request.Cancel, Refresh(request)),
    };

    private static bool Refresh(RequestContext request) => request.Parameters.Flag("refresh");
}
