using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>vsi/watch</c>: what leaves hold from time to time, until it is cancelled. The guest gets only what has changed.</summary>
internal sealed class VsiWatchOperation(VsiReader reader, Authorizer authorizer, Workers workers, Watchdog watchdog)
{
    /// <summary>Watches of one VM.</summary>
    public const int OfVm = 4;

    /// <summary>Leaves of one watch.</summary>
    public const int MaxPaths = 64;

    private const VsiRight Needed = VsiRight.Read;
    private const int LeastIntervalMs = 100;
    private const int MostIntervalMs = 3_600_000;

    private readonly VmPlaces _places = new(OfVm, "watches of vsish");

    /// <summary>The row of the method table. It ends when it is cancelled; only a guest that names a time limits it.</summary>
    public Method Method => new()
    {
        Name = Methods.VsiWatch,
        Right = Methods.VsiWatch,
        Kind = MethodKind.Read,
        Vsi = Needed,
        Begin = Begin,
        TimeoutMs = null,
        IsEndless = true,
    };

    private void Begin(RequestContext request, Answer answer)
    {
        string[] paths = request.Parameters.Texts("paths", MaxPaths) ?? [];
        long interval = request.Parameters.Integer("intervalMs", LeastIntervalMs, MostIntervalMs) ?? throw Missing("intervalMs", "is missing");
        byte[] token = ListOutput.TokenOf(request);
        if (paths.Length == 0 || token.Length == 0)
        {
            throw token.Length == 0
                ? Missing("partialResultToken", "is missing: samples have no other way to the guest")
                : Missing("paths", $"must name 1 to {MaxPaths} leaves");
        }

        Caller caller = request.Session.Caller!;
        foreach (string path in paths)
        {
            authorizer.DemandVsi(caller, VsiPath.Demand(path, "paths"), Needed);
        }

        _places.Enter(caller.CartelId);
        var watch = new VsiWatch(reader, paths, (int)interval, token, request, Check, () => _places.Leave(caller.CartelId));
        Turns.Begin(workers, watchdog, request.Cancel, watch, answer);

        // A watch lives long: what the policy took away meanwhile it must not show any more.
        void Check(string path)
        {
            authorizer.DemandRight(caller, Methods.VsiWatch);
            authorizer.DemandVsi(caller, path, Needed);
        }
    }

    private static OperationException Missing(string parameter, string rule) =>
        new(new WireError(ErrorKind.InvalidParams, $"The parameter '{parameter}' {rule}.") { Target = parameter });
}
