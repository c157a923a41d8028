using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
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

    private AgentProcess(string[] arguments)
    {
        string[] command = [.. s_launcher, Built.Esxagent, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (!File.Exists(Built.Esxagent))
        {
            throw new FileNotFoundException("The agent is not built; build.ps1 -Task Build publishes it.", Built.Esxagent);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

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

    /// <summary>Starts <c>esxagent serve</c> and waits until it says that it listens at every endpoint.</summary>
    /// <param name="endpoints">Where to listen.</param>
    /// <param name="more">Further arguments.</param>
    public static AgentProcess Serve(IReadOnlyList<string> endpoints, params string[] more)
    {
        var arguments = new List<string> { "serve" };
        foreach (string endpoint in endpoints)
        {
            arguments.AddRange(["--listen", endpoint]);
        }

        var agent = new AgentProcess([.. arguments, .. more]);
        try
        {
            Eventually.Holds(
                "esxagent says that it listens",
                () => agent.HasEnded || agent.Output.Split("listening on ").Length - 1 == endpoints.Count);
            return agent.HasEnded ? throw new InvalidOperationException($"esxagent ended with {agent.Wait()}: {agent.Errors}") : agent;
        }
        catch
        {
            agent.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command to its end.</summary>
    public static (int Status, string Output, string Errors) Run(params string[] arguments)
    {
        using var agent = new AgentProcess(arguments);
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
