using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading.Tasks;

namespace EsxAgent.Tests.Simulator;

/// <summary>A simulated host made by the published executable, whose tools run as processes without any environment.</summary>
internal sealed class HostProcesses : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("esxsim-test-").FullName;

    /// <summary>Makes a host.</summary>
    /// <param name="arguments">More arguments of init.</param>
    public HostProcesses(params string[] arguments)
    {
        Root = Path.Combine(_parent, "host");
        ToolResult made = Execute(Built.Esxsim, ["init", Root, .. arguments]);
        if (made.Status != 0)
        {
            throw new InvalidOperationException(made.Error);
        }
    }

    /// <summary>The host's directory.</summary>
    public string Root { get; }

    /// <summary>Calls a tool with arguments that hold no blanks, separated by blanks, and waits for its end.</summary>
    public ToolResult Run(string commandLine, string input = "")
    {
        string[] words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Execute(Path.Combine(Root, "bin", words[0]), words[1..], input);
    }

    /// <summary>Calls a tool whose working directory is one below the host's, and waits for its end.</summary>
    public ToolResult RunIn(string directory, string tool, params string[] arguments) =>
        Finish(StartIn(directory, tool, arguments), tool, "");

    /// <summary>Starts a tool.</summary>
    public Process Start(string tool, params string[] arguments) => StartProcess(Path.Combine(Root, "bin", tool), arguments);

    /// <summary>Starts a tool whose working directory is one below the host's.</summary>
    public Process StartIn(string directory, string tool, params string[] arguments) =>
        StartProcess(Path.Combine(Root, "bin", tool), arguments, Path.Combine(Root, directory));

    /// <summary>Writes faults.json.</summary>
    public void Faults(string json) => File.WriteAllText(Path.Combine(Root, "faults.json"), json);

    /// <summary>Runs an executable to its end.</summary>
    public static ToolResult Execute(string executable, IEnumerable<string> arguments, string input = "") =>
        Finish(StartProcess(executable, arguments), executable, input);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_parent, recursive: true);

    private static ToolResult Finish(Process started, string executable, string input)
    {
        using Process process = started;
        Task<byte[]> output = ReadAll(process.StandardOutput.BaseStream);
        Task<byte[]> error = ReadAll(process.StandardError.BaseStream);
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read everything, which is its right.
        }

        if (!process.WaitForExit(TimeSpan.FromSeconds(60)))
        {
            process.Kill();
            throw new TimeoutException($"{executable} did not end within a minute");
        }

        byte[] bytes = output.Result;
        return new ToolResult(process.ExitCode, Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(error.Result), bytes);
    }

    private static Process StartProcess(string executable, IEnumerable<string> arguments, string workingDirectory = "/")
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory,
        };
        start.Environment.Clear();
        return Process.Start(start)!;
    }

    private static async Task<byte[]> ReadAll(Stream stream)
    {
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
