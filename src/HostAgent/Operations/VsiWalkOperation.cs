using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>
/// <c>vsi/walk</c>: a node and all below it, depth first, each directory in natural order. What is held meanwhile are the listings of the directories above the
/// node at hand and one batch, however large the tree is.
/// </summary>
internal sealed class VsiWalkOperation(VsiReader reader, Authorizer authorizer, Workers workers, Watchdog watchdog)
{
    /// <summary>Walks of one VM.</summary>
    private const int OfVm = 2;

    private readonly VmPlaces _places = new(OfVm, "walks through vsish");

    private const VsiRight Needed = VsiRight.Passage;

    /// <summary>The row of the method table. A walk streams what it finds, so that only a guest that names a time limits it.</summary>
    public Method Method => new() { Name = Methods.VsiWalk, Right = Methods.VsiWalk, Kind = MethodKind.Read, Vsi = Needed, Begin = Begin, TimeoutMs = null };

    private void Begin(RequestContext request, Answer answer)
    {
        string path = VsiPath.Demand(request.Parameters.Text("path"));
        int depth = (int)(request.Parameters.Integer("depth", 0, VsiPath.MaxDepth) ?? VsiPath.MaxDepth);
        long? maxNodes = request.Parameters.Integer("maxNodes", 1, long.MaxValue);
        long? maxBytes = request.Parameters.Integer("maxBytes", 1, long.MaxValue);
        bool readsLeaves = request.Parameters.Flag("leaves");
        Caller caller = request.Session.Caller!;
        VsiAccess access = authorizer.DemandVsi(caller, path, Needed);
        var output = new ListOutput(request, maxNodes, maxBytes);
        var walk = new VsiWalk(reader, access, path, depth, readsLeaves, output.Cursor);
        _places.Enter(caller.CartelId);
        Turns.Begin(workers, watchdog, request.Cancel, new Pieces(walk, output, request.Cancel, () => _places.Leave(caller.CartelId)), answer);
    }

    private sealed class Pieces(VsiWalk walk, ListOutput output, CancelSignal cancel, System.Action leave) : IPieces
    {
        public IWireObject? Next(out int pauseMs)
        {
            while (output.TryGoOn(out pauseMs))
            {
                if (output.IsFull)
                {
                    return output.Finish(isComplete: false, out pauseMs);
                }

                if (!walk.MoveNext(cancel))
                {
                    return output.Finish(isComplete: true, out pauseMs);
                }

                walk.WriteNode(output.BeginItem());
                output.EndItem(walk.Path);
                cancel.ThrowIfRequested();
            }

            return null;
        }

        public void Dispose()
        {
            walk.Dispose();
            output.Dispose();
            leave();
        }
    }
}
