using System;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Tools.EsxCli;

/// <summary>ESXi's command line in its XML form. Where esxcli fails because hostd is down, localcli asks the same without it.</summary>
internal sealed class EsxcliTool(ToolRunner runner, HostPaths paths)
{
    private readonly string _esxcli = paths.Tool(ToolNames.Esxcli);
    private readonly string _localcli = paths.Tool(ToolNames.Localcli);

    /// <summary>Asks.</summary>
    /// <param name="command">Namespace and command, for example <c>system</c>, <c>hostname</c>, <c>get</c>.</param>
    /// <param name="cancel">Ends the tool when the request is cancelled.</param>
    /// <param name="time">How long it may take, where that is less than usual.</param>
    /// <exception cref="OperationException"><c>ToolFailed</c>, and what <see cref="ToolRunner.Run"/> says.</exception>
    public EsxcliValue Ask(ReadOnlySpan<string> command, CancelSignal cancel, TimeSpan? time = null)
    {
        string[] arguments = ["--formatter=xml", .. command];
        try
        {
            return Run(_esxcli, ToolNames.Esxcli, arguments, cancel, time);
        }
        catch (OperationException first) when (first.Error.Kind == ErrorKind.ToolFailed || first.Error.Kind == ErrorKind.CapabilityMissing)
        {
            try
            {
                return Run(_localcli, ToolNames.Localcli, arguments, cancel, time);
            }
            catch (OperationException) when (cancel.Reason is null)
            {
                // What esxcli said is the usual tool's answer and tells more.
                throw first;
            }
        }
    }

    private EsxcliValue Run(string path, string name, string[] arguments, CancelSignal cancel, TimeSpan? time)
    {
        using ToolOutput output = runner.Run(path, arguments, cancel, time);
        if (!output.Succeeded)
        {
            throw ToolFailure.Ended(name, output);
        }

        try
        {
            return EsxcliXml.Parse(output.Within(ToolOutput.MaxList, name));
        }
        catch (FormatException e)
        {
            throw ToolFailure.NotUnderstood(name, e.Message, output);
        }
    }
}
