using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>A listing that has an item for each child of a directory of vsish, or for some of them. The cursor is the name of the last child.</summary>
/// <param name="reader">Who asks the host.</param>
/// <param name="path">The directory.</param>
/// <param name="request">The request.</param>
internal abstract class ChildListing(VsiReader reader, string path, RequestContext request) : IPieces
{
    private readonly ListOutput _output = new(request);
    private VsiListing? _children;
    private int _next;

    /// <inheritdoc/>
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
            if (ItemOf(name, _children.IsDirectoryAt(_next++)) is IWireObject item)
            {
                item.WriteTo(_output.BeginItem());
                _output.EndItem(name);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _children?.Dispose();
        _output.Dispose();
    }

    /// <summary>The item of a child; null where it has none.</summary>
    protected abstract IWireObject? ItemOf(string name, bool isDirectory);
}
