using System;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace EsxAgent.Simulator.Recording;

/// <summary>What a tool of a host left behind.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Status">The exit status; -1 where it did not end in its time.</param>
internal readonly record struct ToolRun(byte[] Output, byte[] Error, int Status)
{
    /// <summary>True where it did what it was asked: some tools complain and end with status 0 all the same.</summary>
    public bool Succeeded => Status == 0 && (Output.Length > 0 || Error.Length == 0);

    /// <summary>Standard output as text.</summary>
    public string Text => Encoding.UTF8.GetString(Output);
}

/// <summary>Runs the tools of a host, which are only asked and never told to change anything.</summary>
/// <param name="folder">Where they lie: <c>/bin</c> on ESXi.</param>
internal sealed class HostTools(string folder)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Runs a tool.</summary>
    /// <param name="name">Its file name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="SimulatorException">It cannot be started.</exception>
    public ToolRun Run(string name, params string[] arguments)
    {
        string path = Path.Combine(folder, name);
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<byte[]> error = Task.Run(() => ReadAll(process.StandardError.BaseStream));
            using var clock = new Timer(_ => Kill(process), null, Longest, Timeout.InfiniteTimeSpan);
            byte[] output = ReadAll(process.StandardOutput.BaseStream);
            process.WaitForExit();
            return new ToolRun(output, error.Result, process.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw SimulatorException.Usage($"the tool '{path}' cannot be run: {problem.Message}; '--tools DIR' names another folder of tools");
        }
    }

    /// <summary>True where a tool is there.</summary>
    public bool Has(string name) => File.Exists(Path.Combine(folder, name));

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended in the last moment.
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
