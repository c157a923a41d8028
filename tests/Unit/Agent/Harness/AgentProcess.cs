using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;

namespace EsxAgent.Tests.Agent;

/// <summary>The published listener as a process of its own.</summary>
internal sealed class AgentProcess : IDisposable
{
    /// <summary>A program with its first arguments, split by blanks, that starts the agent instead of this process; tests/Gates/vmkernel is one.</summary>
    private static readonly string[] s_launcher =
        (Environment.GetEnvironmentVariable("ESXAGENT_TEST_LAUNCHER") ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private AgentProcess(string[] command, string? directory)
    {
        if (!File.Exists(Built.Esxagent))
        {
            throw new FileNotFoundException("The agent is not built; build.ps1 -Task Build publishes it.", Built.Esxagent);
        }

        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = directory ?? string.Empty,
        };

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The agent, with what starts it in front.</summary>
    private static string[] Agent => [.. s_launcher, Built.Esxagent];

    /// <summary>True where a launcher gives the agent no more of Linux than VMkernel does.</summary>
    public static bool IsLaunched => s_launcher.Length > 0;

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>What it has written to standard output so far.</summary>
    public string Output => Text(_output);

    /// <summary>What it has written to standard error so far.</summary>
    public string Errors => Text(_errors);

    /// <summary>True where it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Children, threads and descriptors that it has now.</summary>
    public ProcessFootprint Footprint => ProcessFootprint.Of(Id);

    /// <summary>
    /// Starts <c>esxagent serve</c> over a simulated host and waits until it says that it listens at every endpoint. It runs in the host's directory, and so
    /// does what it starts: that is how a test finds all of it.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <param name="endpoints">Where to listen.</param>
    /// <param name="more">Further arguments.</param>
    public static AgentProcess Serve(SimulatedHost host, IReadOnlyList<string> endpoints, params string[] more) =>
        AwaitListening(Start(host, endpoints, more), endpoints.Count);

    /// <summary>The same through a command that prepares its own process and becomes the agent.</summary>
    /// <param name="launcher">The command; the agent's own stands behind it.</param>
    /// <param name="host">The host.</param>
    /// <param name="endpoints">Where to listen.</param>
    /// <param name="more">Further arguments.</param>
    public static AgentProcess ServeThrough(string[] launcher, SimulatedHost host, IReadOnlyList<string> endpoints, params string[] more) =>
        AwaitListening(new AgentProcess([.. launcher, .. ServeCommand(host, endpoints, more)], host.Directory), endpoints.Count);

    /// <summary>Starts <c>esxagent serve</c> and waits for nothing.</summary>
    /// <inheritdoc cref="Serve"/>
    public static AgentProcess Start(SimulatedHost host, IReadOnlyList<string> endpoints, params string[] more) =>
        new(ServeCommand(host, endpoints, more), host.Directory);

    /// <summary>Runs a command to its end.</summary>
    public static (int Status, string Output, string Errors) Run(params string[] arguments) => Run(null, [.. Agent, .. arguments]);

    /// <summary>Runs a command to its end in a directory.</summary>
    /// <param name="directory">The directory; null for the test's own.</param>
    /// <param name="command">The executable and its arguments.</param>
    public static (int Status, string Output, string Errors) Run(string? directory, string[] command)
    {
        using var agent = new AgentProcess(command, directory);
        return (agent.Wait(), agent.Output, agent.Errors);
    }

    /// <summary>Sends SIGTERM.</summary>
    public void Terminate() => Signals.EndInOrder(Id);

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    /// <returns>The exit status.</returns>
    public int Stop(TimeSpan? within = null)
    {
        Terminate();
        return Wait(within);
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit status.</returns>
    public int Wait(TimeSpan? within = null)
    {
        TimeSpan patience = within ?? TimeSpan.FromSeconds(30);
        if (!_process.WaitForExit(patience))
        {
            throw new TimeoutException($"esxagent did not end within {patience.TotalSeconds} s. It said: {Errors}");
        }

        // Without a time it also waits until both streams have been read to their ends.
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Sends SIGKILL and waits for the end.</summary>
    public void Kill()
    {
        IReadOnlyList<int> tools = ProcessFootprint.ChildrenOf(Id);
        Signals.End(Id);
        foreach (int tool in tools)
        {
            // A tool that hangs would outlive the agent and hold its streams open.
            Signals.End(tool);
        }

        _process.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private static string[] ServeCommand(SimulatedHost host, IReadOnlyList<string> endpoints, string[] more) =>
        [.. Agent, "serve", .. endpoints.SelectMany(endpoint => new[] { "--listen", endpoint }), "--host-root", host.Root, .. more];

    private static AgentProcess AwaitListening(AgentProcess agent, int endpoints)
    {
        try
        {
            Eventually.Holds(
                "esxagent says that it listens",
                () => agent.HasEnded || agent.Output.Split("listening on ").Length - 1 == endpoints);
            return agent.HasEnded ? throw new InvalidOperationException($"esxagent ended with {agent.Wait()}: {agent.Errors}") : agent;
        }
        catch
        {
            agent.Dispose();
            throw;
        }
    }

    private static void Keep(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.Append(line).Append(line is null ? string.Empty : "\n");
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
