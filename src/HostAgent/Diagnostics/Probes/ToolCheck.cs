using System;
using System.Collections.Generic;
using System.Text;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;

namespace EsxAgent.HostAgent.Diagnostics.Probes;

/// <summary>Asks each tool something that changes nothing, to see that it runs and what it answers.</summary>
internal sealed class ToolCheck(HostPaths paths, ToolRunner runner, CapabilityList capabilities, CancelSignal cancel)
{
    /// <summary>Characters of an answer that fit on a line.</summary>
    private const int LineLength = 100;

    /// <summary>
    /// A question that must succeed where a tool has one; else its help, whatever status that ends with. Not -V: it makes vmkfstools look for new volumes.
    /// </summary>
    private static readonly (string Tool, string[] Question, bool MustSucceed)[] s_questions =
    [
        (ToolNames.Vsish, ["-e", "get", "/hardware/cpu/cpuModelName"], true),
        (ToolNames.Vmware, ["-v"], true),
        (ToolNames.Esxcli, ["--version"], true),
        (ToolNames.Localcli, ["--version"], true),
        (ToolNames.Vmkfstools, ["--help"], false),
        (ToolNames.DiskTool, ["--help"], false),
        (ToolNames.VimCmd, ["help"], false),
    ];

    /// <summary>Asks, tool by tool.</summary>
    public IEnumerable<HostCheckLine> Lines()
    {
        foreach ((string tool, string[] question, bool mustSucceed) in s_questions)
        {
            string name = $"tool {tool}";
            bool isNeeded = capabilities.Needs(tool);
            yield return paths.HasTool(tool)
                ? Ask(name, paths.Tool(tool), question, mustSucceed, isNeeded)
                : HostCheckLine.Absent(name, isNeeded, $"{paths.Tool(tool)} is not there or cannot be run");
        }
    }

    private HostCheckLine Ask(string name, string path, string[] question, bool mustSucceed, bool isNeeded)
    {
        try
        {
            using ToolOutput output = runner.Run(path, question, cancel);
            string end = output.Signal is int signal ? $"signal {signal}" : $"status {output.ExitStatus}";
            string line = FirstLine(output.Output.Bytes) ?? FirstLine(output.Error.Bytes) ?? "it printed nothing";
            string detail = $"{path} {string.Join(' ', question)}: {end}: {line}";
            bool works = mustSucceed ? output.Succeeded : output.Signal is null;
            return works ? HostCheckLine.Ok(name, detail) : HostCheckLine.Absent(name, isNeeded, detail);
        }
        catch (OperationException e)
        {
            return HostCheckLine.Absent(name, isNeeded, e.Error.Message);
        }
    }

    private static string? FirstLine(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart("\r\n \t"u8);
        int end = text.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> line = (end < 0 ? text : text[..end]).TrimEnd((byte)' ');
        return line.IsEmpty ? null : Encoding.UTF8.GetString(line[..Math.Min(line.Length, LineLength)]);
    }
}
