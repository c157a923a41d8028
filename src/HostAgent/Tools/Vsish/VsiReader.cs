using System;
using EsxAgent.HostAgent.Sessions;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>
/// Reads nodes of vsish for guests: through the shell that is shared where there is one, else by a process of its own; the answers are the same. Who is
/// calling is never read here: that chain asks by processes alone.
/// </summary>
internal sealed class VsiReader(VsishTool tool, SharedShell shell)
{
    /// <summary>Prints a leaf.</summary>
    /// <param name="node">Path of the node.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="time">How long it may take, where that is less than usual.</param>
    /// <param name="isOneOfMany">True where many nodes are read one after the other.</param>
    /// <returns>The output, to be disposed of by the caller.</returns>
    /// <exception cref="OperationException">As <see cref="VsishTool.Get"/>.</exception>
    public ToolOutput Get(string node, CancelSignal cancel, TimeSpan? time = null, bool isOneOfMany = false) =>
        Ask(VsishCommand.Get, node, cancel, time, isOneOfMany);

    /// <summary>Lists a directory.</summary>
    /// <param name="node">Path of the node.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="time">How long it may take, where that is less than usual.</param>
    /// <param name="isOneOfMany">True where many nodes are read one after the other.</param>
    /// <returns>Its children, to be disposed of by the caller.</returns>
    /// <exception cref="OperationException">As <see cref="VsishTool.Get"/>.</exception>
    public VsiListing List(string node, CancelSignal cancel, TimeSpan? time = null, bool isOneOfMany = false) =>
        new(Ask(VsishCommand.List, node, cancel, time, isOneOfMany));

    private ToolOutput Ask(VsishCommand command, string node, CancelSignal cancel, TimeSpan? time, bool isOneOfMany)
    {
        ToolOutput output = shell.TryAsk(command, node, isOneOfMany, cancel, time) ?? tool.Ask(command, node, cancel, time);
        return VsishAnswer.Accept(command, node, output);
    }
}
