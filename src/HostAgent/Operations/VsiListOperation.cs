using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>vsi/list</c>: the children of a directory in natural order. Of one that only leads to what may be read, those that lead there.</summary>
internal sealed class VsiListOperation(VsiReader reader, Authorizer authorizer, Workers workers, Watchdog watchdog)
{
    /// <summary>The row of the method table.</summary>
    public Method Method => new() { Name = Methods.VsiList, Begin = Begin };

    private void Begin(RequestContext request, Answer answer)
    {
        string path = VsiPath.Demand(request.Parameters.Text("path"));
        VsiAccess access = authorizer.DemandVsi(request.Session.Caller!, path, VsiRight.Passage);
        Turns.Begin(workers, watchdog, request.Cancel, new Listing(reader, access, path, request), answer);
    }

    private sealed class Listing(VsiReader reader, VsiAccess access, string path, RequestContext request) : IPieces
    {
        private readonly ListOutput _output = new(request);
        private VsiListing? _children;
        private int _next;

        public IWireObject? Next(out int pauseMs)
        {
            if (_children is null)
            {
                _children = reader.List(path, request.Cancel);
                _next = _output.Cursor is string cursor ? _children.After(cursor) : 0;
            }

            while (_output.TryGoOn(out pauseMs))
            {
                bool isComplete = !_output.IsFull && _next == _children.Count;
                if (isComplete || _output.IsFull)
                {
                    return _output.Finish(isComplete, out pauseMs);
                }

                string name = _children.NameAt(_next);
                if (access.RightTo(VsiPath.Child(path, name)) != VsiRight.None)
                {
                    new VsiChild(name, _children.IsDirectoryAt(_next)).WriteTo(_output.BeginItem());
                    _output.EndItem(name);
                }

                _next++;
            }

            return null;
        }

        public void Dispose()
        {
            _children?.Dispose();
            _output.Dispose();
        }
    }
}
