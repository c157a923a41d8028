using System;
using System.IO;
using System.Text;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator;

/// <summary>One call of a simulated tool: who is called, on which host, with what, and where it prints.</summary>
/// <param name="Tool">The tool's name, such as <c>vsish</c>.</param>
/// <param name="Arguments">The arguments after the name.</param>
/// <param name="Host">The simulated host that the tool belongs to.</param>
/// <param name="Input">Standard input.</param>
/// <param name="Output">Standard output; a fault may have wrapped it.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ToolCall(string Tool, string[] Arguments, HostDirectory Host, Stream Input, Stream Output, Stream Error)
{
    /// <summary>The arguments joined by single blanks: what fault patterns and recorded answers go by.</summary>
    public string JoinedArguments => string.Join(' ', Arguments);

    /// <summary>Told how much of its work a tool that changes files has done, in percent; a fault may end the process there.</summary>
    public Action<int>? AtWork { get; init; }

    /// <summary>Tells that so much of the work is done, in percent.</summary>
    public void Worked(int percent) => AtWork?.Invoke(percent);

    /// <summary>Writes text to standard output as UTF-8, as it is.</summary>
    public void Print(string text) => Output.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes one line to standard error as UTF-8.</summary>
    public void Complain(string line) => Error.Write(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Writes one line to standard error and gives the status of a failed tool.</summary>
    public int Fail(string line)
    {
        Complain(line);
        return ExitStatus.ToolFailed;
    }
}
