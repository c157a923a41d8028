using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>vsi/list</c>: the children of a directory in natural order. Of one that only leads to what may be read, those that lead there.</summary>
internal sealed class VsiListOperation(VsiReader reader, Authorizer authorizer, Workers workers, Watchdog watchdog)
{
    private const VsiRight Needed = VsiRight.Passage;

    /// <summary>The row of the method table.</summary>
    public Method Method => new() { Name = Methods.VsiList, Right = Methods.VsiList, Kind = MethodKind.Read, Vsi = Needed, Begin = Begin };

    private void Begin(RequestContext request, Answer answer)
    {
        string path = VsiPath.Demand(request.Parameters.Text("path"));
        VsiAccess access = authorizer.DemandVsi(request.Session.Caller!, path, Needed);
        Turns.Begin(workers, watchdog, request.Cancel, new Children(reader, access, path, request), answer);
    }

    private sealed class Children(VsiReader reader, VsiAccess access, string path, RequestContext request) : ChildListing(reader, path, request)
    {
        private readonly string _path = path;

        protected override IWireObject? ItemOf(string name, bool isDirectory) =>
            access.RightTo(VsiPath.Child(_path, name)) == VsiRight.None ? null : new VsiChild(name, isDirectory);
    }
}
