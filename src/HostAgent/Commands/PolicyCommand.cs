using System;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Tools;

namespace EsxAgent.HostAgent.Commands;

/// <summary>
/// <c>esxagent policy check</c> and <c>esxagent policy explain</c>: what a policy says, asked of the very objects that serve requests. Both change nothing.
/// </summary>
internal static class PolicyCommand
{
    /// <summary>Runs one of the two.</summary>
    /// <returns>0 where the file is valid, or the request allowed; 1 where not; 2 for a wrong command line.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        try
        {
            return arguments switch
            {
                ["check", ..] => PolicyCheckCommand.Run(arguments[1..]),
                ["explain", ..] => PolicyExplainCommand.Run(arguments[1..]),
                _ => throw new UsageException("'policy' needs the word 'check' or 'explain' behind it; 'esxagent help' lists them"),
            };
        }
        catch (UsageException e)
        {
            StandardOutput.WriteErrorLine("esxagent: " + e.Message);
            return ExitStatus.Usage;
        }
    }

    /// <summary>An agent that is not started: the methods that it would serve, and who may call them.</summary>
    /// <param name="paths">The host.</param>
    /// <param name="policy">Its policy.</param>
    /// <param name="mustExist">Whether a policy that is not there is a mistake of the command line.</param>
    /// <param name="log">Its log.</param>
    /// <exception cref="UsageException">There is no such file.</exception>
    public static Agent Assemble(HostPaths paths, string policy, bool mustExist, AgentLog log)
    {
        var options = new ServeOptions { Endpoints = [], Paths = paths, Policy = policy, State = null, Audit = null, AuditBytes = 0, Log = null };
        var agent = new Agent(options, log, new AuditLog(null, log));
        return mustExist && agent.Policy.State == "absent" ? throw new UsageException($"there is no file '{policy}'") : agent;
    }
}
