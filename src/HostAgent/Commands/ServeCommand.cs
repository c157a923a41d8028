using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Listening;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.State;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Commands;

/// <summary><c>esxagent serve</c>: listens until it is told to end.</summary>
internal static class ServeCommand
{
    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    /// <returns>0 after an orderly end; 2 where something that was named cannot be used, with nothing left behind.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        DescriptorGate.CloseOnExecAll();
        var listeners = new List<Listener>();
        try
        {
            ServeOptions options = ServeOptions.Parse(arguments);
            using AgentLog log = AgentLog.Open(options.Log, out int error) ?? throw new UsageException($"the log '{options.Log}' cannot be written ({Errno.Describe(error)})");
            using StateDirectory? state = OpenState(options.State);
            using var audit = new AuditLog(OpenAudit(options), log);
            foreach (Endpoint endpoint in options.Endpoints)
            {
                listeners.Add(Listener.Open(endpoint));
            }

            using var agent = new Agent(options, log, audit);
            using var server = new AgentServer(listeners, agent.MakeSession, agent.Admission, agent.Counters, log);
            Serve(server, agent, options, log);
            return ExitStatus.Success;
        }
        catch (Exception e) when (e is UsageException or ListenException)
        {
            foreach (Listener listener in listeners)
            {
                listener.Dispose();
            }

            StandardOutput.WriteErrorLine($"esxagent: {e.Message}");
            return ExitStatus.Usage;
        }
    }

    private static StateDirectory? OpenState(string? path)
    {
        string? problem = null;
        return path is null ? null : StateDirectory.TryOpen(path, out problem) ?? throw new UsageException(problem!);
    }

    private static AuditFile? OpenAudit(ServeOptions options)
    {
        string? problem = null;
        return options.Audit is not string path ? null : AuditFile.TryOpen(path, options.AuditBytes, out problem) ?? throw new UsageException(problem!);
    }

    private static void Serve(AgentServer server, Agent agent, ServeOptions options, AgentLog log)
    {
        _ = Libc.Signal(PosixConstants.SignalPipe, PosixConstants.IgnoreSignal);
        if (!server.TryStart())
        {
            throw new ListenException("no thread can be started");
        }

        string[] places = new string[options.Endpoints.Count];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = options.Endpoints[i].ToString();
        }

        PolicyStatus policy = agent.Policy;
        log.Write($"esxagent {AgentBuild.Version} ({AgentBuild.Commit}) listens on {string.Join(", ", places)}; policy {policy.State} {policy.Digest} {policy.Reason}");
        foreach (string place in places)
        {
            StandardOutput.WriteLine($"listening on {place}");
        }

        agent.StartRecovery();
        int signal = WaitForSignal();
        log.Write($"ending after signal {signal}");
        agent.Dispatcher.End();
        server.StopAccepting();
        Drain(agent, SessionLimitsInForce.DrainMs);

        // What still runs is cancelled with its connection; its tools must be gone before the agent is.
        server.BreakAll();
        Drain(agent, SessionLimitsInForce.AfterBreakMs);
        log.Write("ended");
    }

    /// <summary>Lets running requests end, for a while.</summary>
    private static void Drain(Agent agent, int milliseconds)
    {
        const int LookMs = 10;
        long deadline = Environment.TickCount64 + milliseconds;
        while (agent.Counters.RunningRequests > 0 && Environment.TickCount64 < deadline)
        {
            Thread.Sleep(LookMs);
        }
    }

    /// <summary>Waits for one of the signals that end the agent; they have been blocked for every thread since before the runtime began.</summary>
    private static unsafe int WaitForSignal()
    {
        byte* signals = stackalloc byte[PosixConstants.SignalSetSize];
        Libc.SigEmptySet(signals);
        Libc.SigAddSet(signals, PosixConstants.SignalTerminate);
        Libc.SigAddSet(signals, PosixConstants.SignalInterrupt);
        Libc.SigAddSet(signals, PosixConstants.SignalHangUp);
        int signal = 0;
        while (Libc.SigWait(signals, &signal) != 0)
        {
        }

        return signal;
    }
}
