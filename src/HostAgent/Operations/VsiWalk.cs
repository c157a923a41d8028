using System;
using System.Collections.Generic;
using System.Text.Json;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Operations;

/// <summary>
/// Goes through a part of the vsish tree, depth first, one node a step. A node that fails or vanishes is a node with an error, not the end; only where the
/// first one cannot be had the walk fails.
/// </summary>
/// <param name="reader">Who asks the host.</param>
/// <param name="access">What may be seen.</param>
/// <param name="root">Where to begin.</param>
/// <param name="depth">How far below it.</param>
/// <param name="readsLeaves">True to read leaves, too.</param>
/// <param name="cursor">The node after which to go on; null to begin with <paramref name="root"/>.</param>
internal sealed class VsiWalk(VsiReader reader, VsiAccess access, string root, int depth, bool readsLeaves, string? cursor) : IDisposable
{
    /// <summary>What one node may take.</summary>
    private static readonly TimeSpan s_timeOfNode = TimeSpan.FromSeconds(5);

    private readonly Stack<Level> _open = new();
    private bool _hasBegun;
    private bool _isDirectory;
    private ToolOutput? _text;
    private WireError? _error;

    /// <summary>A directory whose children are being walked.</summary>
    private sealed class Level(string path, VsiListing children)
    {
        public string Path => path;

        public VsiListing Children => children;

        public int Next { get; set; }
    }

    /// <summary>Path of the node at hand.</summary>
    public string Path { get; private set; } = VsiPath.Root;

    /// <summary>Goes to the next node.</summary>
    /// <returns>False behind the last one.</returns>
    /// <exception cref="OperationException">The first node cannot be had, the request was cancelled, or vsish is gone.</exception>
    public bool MoveNext(CancelSignal cancel)
    {
        DropText();
        if (!_hasBegun)
        {
            _hasBegun = true;
            if (cursor is null)
            {
                BeginAtRoot(cancel);
                return true;
            }

            BeginAfter(cursor, cancel);
        }

        while (_open.TryPeek(out Level? level))
        {
            if (level.Next < level.Children.Count)
            {
                int index = level.Next++;
                string name = level.Children.NameAt(index);
                Path = VsiPath.Child(level.Path, name);
                if (IsVisible(Path, level.Children.IsDirectoryAt(index)))
                {
                    Enter(name, level.Children.IsDirectoryAt(index), cancel);
                    return true;
                }
            }
            else
            {
                _open.Pop().Children.Dispose();
            }
        }

        return false;
    }

    /// <summary>Writes the node at hand.</summary>
    public void WriteNode(Utf8JsonWriter json) => VsiItems.WriteTreeNode(json, Path, _isDirectory, _text, _error);

    /// <inheritdoc/>
    public void Dispose()
    {
        DropText();
        while (_open.TryPop(out Level? level))
        {
            level.Children.Dispose();
        }
    }

    private void BeginAtRoot(CancelSignal cancel)
    {
        Path = root;
        VsiListing listing;
        try
        {
            listing = reader.List(root, cancel, s_timeOfNode, isOneOfMany: depth > 0);
        }
        catch (OperationException e) when (VsiItems.IsOfNode(e.Error) && e.Error.Kind != ErrorKind.ToolTimeout && access.RightTo(root) == VsiRight.Read)
        {
            // No directory: then it is a leaf, or nothing.
            ToolOutput text = reader.Get(root, cancel, s_timeOfNode, isOneOfMany: true);
            _isDirectory = false;
            if (readsLeaves)
            {
                _text = text;
            }
            else
            {
                text.Dispose();
            }

            return;
        }

        _isDirectory = true;
        Open(root, listing);
    }

    /// <summary>Opens the directories on the way to a node that was sent before, each behind the child that leads there.</summary>
    private void BeginAfter(string last, CancelSignal cancel)
    {
        bool isBelow = last == root || (last.StartsWith(root, StringComparison.Ordinal) && (root == VsiPath.Root || last[root.Length] == '/'));
        if (!isBelow)
        {
            const string Rule = "The parameter 'cursor' must be one that the agent gave for this path.";
            throw new OperationException(new WireError(ErrorKind.InvalidParams, Rule) { Target = "cursor" });
        }

        string path = root;
        ReadOnlySpan<char> rest = last.AsSpan(root.Length).TrimStart('/');
        while (TryOpen(path, cancel) && !rest.IsEmpty)
        {
            int slash = rest.IndexOf('/');
            string name = (slash < 0 ? rest : rest[..slash]).ToString();
            rest = slash < 0 ? default : rest[(slash + 1)..];
            Level level = _open.Peek();
            level.Next = level.Children.After(name);
            path = VsiPath.Child(path, name);

            // The child itself is the one before; where it vanished, there is nothing below it.
            bool isThere = level.Next > 0 && level.Children.NameAt(level.Next - 1) == name && level.Children.IsDirectoryAt(level.Next - 1);
            if (!isThere || !VsiPath.IsName(name) || !IsVisible(path, isDirectory: true))
            {
                break;
            }
        }
    }

    private bool TryOpen(string path, CancelSignal cancel)
    {
        if (VsiPath.DepthOf(path) - VsiPath.DepthOf(root) >= depth)
        {
            return false;
        }

        try
        {
            _open.Push(new Level(path, reader.List(path, cancel, s_timeOfNode, isOneOfMany: true)));
            return true;
        }
        catch (OperationException e) when (VsiItems.IsOfNode(e.Error))
        {
            return false;
        }
    }

    /// <summary>Reads what there is to read of a child.</summary>
    private void Enter(string name, bool isDirectory, CancelSignal cancel)
    {
        _isDirectory = isDirectory;
        _error = null;
        bool isOpened = isDirectory && VsiPath.DepthOf(Path) - VsiPath.DepthOf(root) < depth;
        if (!isOpened && (isDirectory || !readsLeaves))
        {
            return;
        }

        if (!VsiPath.IsName(name) || VsiPath.DepthOf(Path) > VsiPath.MaxDepth)
        {
            _error = new WireError(ErrorKind.InvalidParams, "The name of this node, or the length of its path, is outside of what can be asked for.");
            return;
        }

        try
        {
            if (isDirectory)
            {
                Open(Path, reader.List(Path, cancel, s_timeOfNode, isOneOfMany: true));
            }
            else
            {
                _text = reader.Get(Path, cancel, s_timeOfNode, isOneOfMany: true);
            }
        }
        catch (OperationException e) when (VsiItems.IsOfNode(e.Error))
        {
            _error = e.Error;
        }
    }

    private void Open(string path, VsiListing listing)
    {
        if (VsiPath.DepthOf(path) - VsiPath.DepthOf(root) < depth)
        {
            _open.Push(new Level(path, listing));
        }
        else
        {
            listing.Dispose();
        }
    }

    /// <summary>A leaf must be readable; a directory may be one that only leads to what is.</summary>
    private bool IsVisible(string path, bool isDirectory) => access.RightTo(path) >= (isDirectory ? VsiRight.Passage : VsiRight.Read);

    private void DropText()
    {
        _text?.Dispose();
        _text = null;
    }
}
