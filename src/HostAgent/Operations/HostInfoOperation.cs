using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>host/info</c>.</summary>
internal sealed class HostInfoOperation(HostFacts facts)
{
    /// <summary>The row of the method table.</summary>
    public Method Method => new()
    {
        Name = Methods.HostInfo,
        Right = Methods.HostInfo,
        Kind = MethodKind.Read,
        AtOnce = (_, parameters) => Refresh(parameters) ? null : facts.Fresh,
        Run = request => facts.Read(request.Deadline, request.Cancel, Refresh(request.Parameters)),
    };

    private static bool Refresh(RequestParameters parameters) => parameters.Flag("refresh");
}
