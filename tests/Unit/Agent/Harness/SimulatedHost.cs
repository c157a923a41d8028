using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text.Json.Nodes;

namespace EsxAgent.Tests.Agent;

/// <summary>A simulated host in a temporary directory, made by the published <c>esxsim</c> and changed as a person would change it.</summary>
internal sealed class SimulatedHost : IDisposable
{
    private SimulatedHost(string directory) => Directory = directory;

    /// <summary>The temporary directory, where sockets and logs may lie beside the host. Short: the path of a Unix socket has 107 bytes at most.</summary>
    public string Directory { get; }

    /// <summary>What the agent gets as <c>--host-root</c>.</summary>
    public string Root => Path.Combine(Directory, "h");

    /// <summary>The policy of the host.</summary>
    public string PolicyPath => Path.Combine(Root, "etc", "esxagent", "policy.json");

    /// <summary>The virtual machines in the order of the inventory.</summary>
    public IReadOnlyList<SimulatedVm> Machines => SimulatedVm.ReadAll(Root);

    /// <summary>Makes a host.</summary>
    /// <param name="profile">The release.</param>
    /// <param name="machines">Names of its running VMs; web01 and db01 where nothing is given.</param>
    /// <param name="datastores">Its datastores, <c>NAME=SIZE</c>.</param>
    public static SimulatedHost Make(string profile = "8.0", string[]? machines = null, string[]? datastores = null)
    {
        var host = new SimulatedHost(System.IO.Directory.CreateTempSubdirectory("esx-").FullName);
        try
        {
            var arguments = new List<string> { "init", host.Root, "--profile", profile };
            foreach (string machine in machines ?? [])
            {
                arguments.AddRange(["--vm", machine]);
            }

            foreach (string datastore in datastores ?? [])
            {
                arguments.AddRange(["--datastore", datastore]);
            }

            Simulator([.. arguments]);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Lets other users write into the temporary directory and read the host below it, but not change the host.</summary>
    public void OpenToOthers()
    {
        Permissions.Set(Directory, "777");
        Permissions.Set(Root, Environment.IsPrivilegedProcess ? "755" : "555");
    }

    /// <summary>Path of one of the host's tools.</summary>
    public string ToolPath(string tool) => Path.Combine(Root, "bin", tool);

    /// <summary>Asks one of the host's tools, as a person at the host would.</summary>
    public string Ask(string tool, params string[] arguments) => Run(ToolPath(tool), arguments);

    /// <summary>Starts or stops a VM.</summary>
    public void SetPower(string machine, bool on) => Simulator("vm", on ? "on" : "off", Root, machine);

    /// <summary>The file behind a leaf of vsish.</summary>
    public string NodePath(string node) => Path.Combine(Root, "vsi", node.TrimStart('/'));

    /// <summary>Changes the text of a leaf of vsish.</summary>
    public void EditNode(string node, Func<string, string> change)
    {
        string before = File.ReadAllText(NodePath(node));
        string after = change(before);
        if (before == after)
        {
            throw new InvalidOperationException($"The change of '{node}' changes nothing; its text is: {before}");
        }

        Replace(NodePath(node), after);
    }

    /// <summary>Changes one member of the host's own facts, <c>host.json</c>.</summary>
    public void SetFact(string member, JsonNode value)
    {
        string path = Path.Combine(Root, "host.json");
        JsonNode facts = JsonNode.Parse(File.ReadAllText(path))!;
        facts[member] = value;
        Replace(path, facts.ToJsonString());
    }

    /// <summary>Writes the list of datastores.</summary>
    public void SetDatastores(Action<JsonArray> change)
    {
        string path = Path.Combine(Root, "datastores.json");
        JsonArray list = JsonNode.Parse(File.ReadAllText(path))!.AsArray();
        change(list);
        Replace(path, list.ToJsonString());
    }

    /// <summary>Lets the tools fail from now on; without faults they work again.</summary>
    public void SetFaults(params HostFault[] faults)
    {
        var list = new JsonArray();
        foreach (HostFault fault in faults)
        {
            list.Add(fault.Json);
        }

        Replace(Path.Combine(Root, "faults.json"), list.ToJsonString());
    }

    /// <summary>Writes the policy.</summary>
    public void SetPolicy(string text) => Replace(PolicyPath, text);

    /// <summary>Takes a tool away.</summary>
    public void RemoveTool(string tool) => File.Delete(ToolPath(tool));

    /// <summary>Puts a file in the place of a tool.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="text">What the file holds.</param>
    /// <param name="canRun">Whether it has the permission to run.</param>
    public void ReplaceTool(string tool, string text, bool canRun)
    {
        RemoveTool(tool);
        File.WriteAllText(ToolPath(tool), text);
        Permissions.Set(ToolPath(tool), canRun ? "755" : "644");
    }

    /// <summary>Puts a script in the place of the tool that lists the datastores; other questions to it fail, and there is none to ask instead.</summary>
    /// <param name="script">What the tool does.</param>
    /// <param name="canRun">Whether it has the permission to run.</param>
    public void ScriptDatastores(string script, bool canRun = true)
    {
        RemoveTool("localcli");
        ReplaceTool("esxcli", $"#!/bin/sh\ncase \"$*\" in *filesystem*) ;; *) exit 1 ;; esac\n{script}\n", canRun);
    }

    /// <inheritdoc/>
    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private static string Run(string executable, params string[] arguments)
    {
        var start = new ProcessStartInfo(executable) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        System.Threading.Tasks.Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{executable} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Result}"));
    }

    /// <summary>Whoever reads the file meanwhile sees the old text or the new one, never half of it.</summary>
    private static void Replace(string path, string text)
    {
        string beside = path + ".new";
        File.WriteAllText(beside, text);
        File.Move(beside, path, overwrite: true);
    }

    private static void Simulator(params string[] arguments) => Run(Built.Esxsim, arguments);
}
