using System;
using System.IO;
using System.Text;
using EsxAgent.Simulator.Commands;
using EsxAgent.Simulator.EsxCli;
using EsxAgent.Simulator.Faults;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Sidecars;
using EsxAgent.Simulator.Vmkfstools;
using EsxAgent.Simulator.Vmware;
using EsxAgent.Simulator.Vsish;

namespace EsxAgent.Simulator;

/// <summary>
/// Chooses what the multi-call executable is: a host's tool when it was called by a tool's name, else <c>esxsim</c> itself.
/// </summary>
internal static class ToolSwitch
{
    /// <summary>The tools that <c>esxsim init</c> links to the executable.</summary>
    public static readonly string[] Tools = ["vsish", "vmkfstools", "diskTool", "esxcli", "localcli", "vmware"];

    /// <summary>Runs one call and gives the exit status.</summary>
    /// <param name="argv0">The name that the process was started by; its last component chooses the tool.</param>
    /// <param name="processPath">The path of the executable where the system tells it, else null.</param>
    /// <param name="arguments">The arguments after the name.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public static int Run(string argv0, string? processPath, string[] arguments, Stream input, Stream output, Stream error)
    {
        string name = Path.GetFileName(argv0);
        try
        {
            int status = Array.IndexOf(Tools, name) >= 0
                ? RunTool(new ToolCall(name, arguments, HostDirectory.Locate(argv0, processPath), input, output, error))
                : EsxSimCommand.Run(arguments, ExecutableOf(argv0, processPath), output);
            output.Flush();
            return status;
        }
        catch (SimulatorException problem)
        {
            Say(error, problem.Message);
            return problem.Status;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Say(error, problem.Message);
            return ExitStatus.BrokenHost;
        }
    }

    private static int RunTool(ToolCall call)
    {
        // The shell of vsish counts each of its commands as a call, so that a fault hits both ways of asking alike.
        if (call.Tool == "vsish")
        {
            return VsishTool.Run(call);
        }

        return FaultRunner.Run(call, call.JoinedArguments, static faulty => faulty.Tool switch
        {
            "vmkfstools" => VmkfstoolsTool.Run(faulty),
            "diskTool" => DiskTool.Run(faulty),
            "vmware" => VmwareTool.Run(faulty),
            _ => EsxCliTool.Run(faulty),
        });
    }

    private static string? ExecutableOf(string argv0, string? processPath)
    {
        if (processPath is not null && File.Exists(processPath))
        {
            return processPath;
        }

        return argv0.Contains('/', StringComparison.Ordinal) && File.Exists(argv0) ? Path.GetFullPath(argv0) : null;
    }

    private static void Say(Stream error, string message) =>
        error.Write(Encoding.UTF8.GetBytes("esxsim: " + message.ReplaceLineEndings(" ") + "\n"));
}
