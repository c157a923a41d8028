using System;
using EsxAgent.HostAgent.Sessions;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>The VMkernel's system information shell: one process a call. It can only read here.</summary>
internal sealed class VsishTool(ToolRunner runner, HostPaths paths)
{
    private readonly string _path = paths.Tool(ToolNames.Vsish);

    /// <summary>Prints a leaf.</summary>
    /// <param name="node">Path of the node, for example <c>/hardware/cpu/cpuInfo</c>.</param>
    /// <param name="cancel">Ends the tool when the request is cancelled.</param>
    /// <param name="time">How long it may take, where that is less than usual.</param>
    /// <returns>The output, to be disposed of by the caller.</returns>
    /// <exception cref="OperationException"><c>VsiNodeNotFound</c> or <c>ToolFailed</c>, and what <see cref="ToolRunner.Run"/> says.</exception>
    public ToolOutput Get(string node, CancelSignal cancel, TimeSpan? time = null) =>
        VsishAnswer.Accept(VsishCommand.Get, node, Ask(VsishCommand.Get, node, cancel, time));

    /// <summary>Lists a directory.</summary>
    /// <param name="node">Path of the node, for example <c>/hardware</c>.</param>
    /// <param name="cancel">Ends the tool when the request is cancelled.</param>
    /// <param name="time">How long it may take, where that is less than usual.</param>
    /// <returns>Its children, to be disposed of by the caller.</returns>
    /// <exception cref="OperationException">As <see cref="Get"/>.</exception>
    public VsiListing List(string node, CancelSignal cancel, TimeSpan? time = null) =>
        new(VsishAnswer.Accept(VsishCommand.List, node, Ask(VsishCommand.List, node, cancel, time)));

    /// <summary>Asks, whatever the answer is.</summary>
    public ToolOutput Ask(VsishCommand command, string node, CancelSignal cancel, TimeSpan? time = null) =>
        runner.Run(_path, ["-e", command.Word, node], cancel, time);
}
