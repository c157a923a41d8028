using System;
using EsxAgent.HostAgent;
using EsxAgent.HostAgent.Commands;
using EsxAgent.HostAgent.Posix;

const string Usage = """
    esxagent: tells the VMs of this ESXi host about it, over vSockets

      esxagent serve [--listen <endpoint>]... [--host-root DIR] [--policy FILE] [--state DIR] [--audit FILE [--audit-bytes N]]
                     [--log FILE|-]
      esxagent audit verify FILE
      esxagent check [--json] [--host-root DIR]
      esxagent policy check FILE [--json]
      esxagent policy explain --vm NAME [--bios-uuid UUID] [--instance-uuid UUID] --method METHOD [--datastore NAME] [--path PATH]
                              [--policy FILE | --host-root DIR]
      esxagent version

    An endpoint is 'vsock:any:1019' (the default), or 'unix:/path' together with --host-root, a simulated host.
    --state names a directory for what must outlive the agent; two agents cannot share one. --audit names a file to which a line is
    added before and after each change and for each request that is refused; with those put aside it takes --audit-bytes at most (64 MiB).
    'audit verify' tells whether it is as it was written.
    'policy check' reads a policy as the agent would and tells what is in it; 'policy explain' tells what it allows a VM, and by which rule.
    """;

switch (args)
{
    case ["help"] or [.., "--help" or "-h"]:
        StandardOutput.WriteLine(Usage);
        return ExitStatus.Success;
    case ["serve", ..]:
        return ServeCommand.Run(args.AsSpan(1));
    case ["audit", ..]:
        return AuditCommand.Run(args.AsSpan(1));
    case ["check", ..]:
        return CheckCommand.Run(args.AsSpan(1));
    case ["policy", ..]:
        return PolicyCommand.Run(args.AsSpan(1));
    case ["version"]:
        StandardOutput.WriteLine($"esxagent {AgentBuild.Version}{(AgentBuild.Commit is string commit ? $" ({commit})" : string.Empty)}");
        return ExitStatus.Success;
    default:
        string what = args.Length == 0 ? "a command is missing" : $"there is no command '{string.Join(' ', args)}'";
        StandardOutput.WriteErrorLine($"esxagent: {what}; 'esxagent help' lists them");
        return ExitStatus.Usage;
}
