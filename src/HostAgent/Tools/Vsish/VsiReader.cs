using System;
using EsxAgent.HostAgent.Sessions;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>Reads nodes of vsish for guests.</summary>
internal sealed class VsiReader(VsishTool tool)
{
    /// <summary>Prints a leaf.</summary>
    /// <inheritdoc cref="VsishTool.Get"/>
    public ToolOutput Get(string node, CancelSignal cancel, TimeSpan? time = null) => tool.Get(node, cancel, time);

    /// <summary>Lists a directory.</summary>
    /// <inheritdoc cref="VsishTool.List"/>
    public VsiListing List(string node, CancelSignal cancel, TimeSpan? time = null) => tool.List(node, cancel, time);
}
