using System;
using System.IO;
using System.Text;
using EsxAgent.Simulator;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Tests.Simulator;

/// <summary>A simulated host in a directory of its own, whose tools run in this process. It goes when it is disposed.</summary>
internal sealed class SimulatedHost : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("esxsim-test-").FullName;

    /// <summary>Makes a host with two datastores and two virtual machines, web01 and db01.</summary>
    public SimulatedHost(string profile = "8.0", Action<HostBuilder>? more = null)
    {
        // Nothing starts it here: the tools run in this process.
        string executable = Path.Combine(_parent, "executable");
        File.WriteAllText(executable, "");

        var builder = new HostBuilder(profile);
        builder.AddDatastore("datastore1", 500L << 30);
        builder.AddDatastore("ssd1", 200L << 30);
        builder.AddVirtualMachine("web01");
        builder.AddVirtualMachine("db01");
        more?.Invoke(builder);
        Host = new HostDirectory(builder.Build(Path.Combine(_parent, "host"), executable));
    }

    /// <summary>The host's directory.</summary>
    public HostDirectory Host { get; }

    /// <summary>A path below the host's directory.</summary>
    public string this[string relative] => Path.Combine(Host.Root, relative);

    /// <summary>Calls a tool of the host with arguments that hold no blanks, separated by blanks.</summary>
    public ToolResult Run(string commandLine, string input = "")
    {
        string[] words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Run(words[0], words[1..], input);
    }

    /// <summary>Calls a tool of the host.</summary>
    public ToolResult Run(string tool, string[] arguments, string input = "")
    {
        var output = new MemoryStream();
        var error = new MemoryStream();
        int status = ToolSwitch.Run(
            this["bin/" + tool], null, arguments, new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error);
        return new ToolResult(status, Text(output), Text(error), output.ToArray());
    }

    /// <summary>What vsish says of a node.</summary>
    public string Get(string node) => Run("vsish", ["-e", "get", node]).Output;

    /// <summary>The names that vsish lists in a directory.</summary>
    public string[] List(string node) => Run("vsish", ["-e", "ls", node]).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Writes a file below the host's directory.</summary>
    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[relative])!);
        File.WriteAllText(this[relative], text);
    }

    /// <summary>Writes faults.json.</summary>
    public void Faults(string json) => Write("faults.json", json);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_parent, recursive: true);

    private static string Text(MemoryStream stream) => Encoding.UTF8.GetString(stream.ToArray());
}
