using System;
using System.Collections.Generic;
using System.Text;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>The VMkernel's system information shell: one process a call. It can only read here.</summary>
internal sealed class VsishTool(ToolRunner runner, HostPaths paths)
{
    /// <summary>What a release may say of a node that it does not have; the wording is not documented.</summary>
    private static readonly string[] s_wordsForMissing = ["not found", "no such", "extraneous", "mal-formed path", "malformed path", "bad path", "invalid path"];

    private readonly string _path = paths.Tool(ToolNames.Vsish);

    /// <summary>Prints a leaf.</summary>
    /// <param name="node">Path of the node, for example <c>/hardware/cpu/cpuInfo</c>.</param>
    /// <param name="cancel">Ends the tool when the request is cancelled.</param>
    /// <param name="time">How long it may take, where that is less than usual.</param>
    /// <returns>The output, to be disposed of by the caller.</returns>
    /// <exception cref="OperationException"><c>VsiNodeNotFound</c> or <c>ToolFailed</c>, and what <see cref="ToolRunner.Run"/> says.</exception>
    public ToolOutput Get(string node, CancelSignal cancel, TimeSpan? time = null) => Run("get", node, cancel, time);

    /// <summary>Lists a directory: names in the tool's order, those of directories with a slash at the end.</summary>
    public List<string> List(string node, CancelSignal cancel, TimeSpan? time = null)
    {
        using ToolOutput output = Run("ls", node, cancel, time);
        var names = new List<string>();
        ReadOnlySpan<byte> text = output.Within(ToolOutput.MaxList, ToolNames.Vsish);
        foreach (Range line in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> name = text[line].Trim(" \r\t"u8);
            if (!name.IsEmpty)
            {
                names.Add(Encoding.UTF8.GetString(name));
            }
        }

        return names;
    }

    private ToolOutput Run(string command, string node, CancelSignal cancel, TimeSpan? time)
    {
        ToolOutput output = runner.Run(_path, ["-e", command, node], cancel, time);

        // The status alone cannot be trusted on every release: an error may also be a line on standard error with no output at all.
        if (output.Succeeded && (output.Output.Length > 0 || output.Error.Length == 0))
        {
            return output;
        }

        using (output)
        {
            throw Failure(node, output);
        }
    }

    private static OperationException Failure(string node, ToolOutput output)
    {
        string? text = output.ErrorText;
        bool isMissing = output.Signal is null && text is not null && Array.Exists(s_wordsForMissing, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
        return isMissing
            ? new OperationException(new WireError(ErrorKind.VsiNodeNotFound, $"The host has no vsish node '{node}'.") { Target = node, ToolError = text })
            : ToolFailure.Ended(ToolNames.Vsish, output);
    }
}
