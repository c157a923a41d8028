using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace EsxAgent.Tests.Agent;

/// <summary>
/// A simulated host, an agent over it that listens for each of its VMs, and whatever connects. When it ends, the agent must still be there, end in order, and have
/// met no mistake of its own.
/// </summary>
internal sealed class World : IDisposable
{
    private readonly IReadOnlyList<SimulatedVm> _machines;

    private World(SimulatedHost host, AgentProcess agent, IReadOnlyList<SimulatedVm> machines)
    {
        Host = host;
        Agent = agent;
        _machines = machines;
    }

    /// <summary>The host.</summary>
    public SimulatedHost Host { get; }

    /// <summary>The agent.</summary>
    public AgentProcess Agent { get; }

    /// <summary>What the agent has logged.</summary>
    public string Log => File.ReadAllText(LogPath(Host));

    /// <summary>Makes a host and starts an agent over it.</summary>
    /// <param name="profile">The release.</param>
    /// <param name="machines">Names of the VMs; web01 and db01 where nothing is given.</param>
    /// <param name="datastores">The datastores, <c>NAME=SIZE</c>.</param>
    /// <param name="prepare">Changes the host before the agent starts.</param>
    /// <param name="options">Further options of the agent.</param>
    public static World Start(
        string profile = "8.0", string[]? machines = null, string[]? datastores = null, Action<SimulatedHost>? prepare = null, string[]? options = null)
    {
        SimulatedHost host = SimulatedHost.Make(profile, machines, datastores);
        try
        {
            IReadOnlyList<SimulatedVm> all = host.Machines;
            prepare?.Invoke(host);
            string[] endpoints = [.. all.Select((vm, i) => $"unix:{SocketPath(host, i)}?as={vm.CartelId}")];
            return new World(host, AgentProcess.Serve(host, endpoints, ["--log", LogPath(host), .. options ?? []]), all);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Connects as one of the VMs, and nothing more.</summary>
    /// <param name="vm">Its place in the inventory.</param>
    public WireConnection Connect(int vm = 0) => WireConnection.Open(SocketPath(Host, vm));

    /// <summary>Connects as one of the VMs and makes the handshake.</summary>
    public WireConnection Guest(int vm = 0) => WireConnection.OpenSession(SocketPath(Host, vm));

    /// <summary>One of the VMs.</summary>
    public SimulatedVm Machine(int vm = 0) => _machines[vm];

    /// <summary>Path of the socket where one of the VMs connects.</summary>
    public string Socket(int vm = 0) => SocketPath(Host, vm);

    /// <summary>Lets another guest ask all the time, to see whether it notices anything.</summary>
    public Bystander WatchFromAside(int vm = 1) => new(this, vm);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            int status = Agent.HasEnded ? Agent.Wait() : Agent.Stop();
            string[] mistakes = [.. Log.Split('\n').Where(line => line.Contains("internal error", StringComparison.Ordinal))];
            if (status != 0 || mistakes.Length > 0)
            {
                throw new InvalidOperationException($"The agent did not come through: it ended with status {status}. {Agent.Errors}{string.Join('\n', mistakes)}");
            }
        }
        finally
        {
            Agent.Dispose();
            Host.Dispose();
        }
    }

    private static string SocketPath(SimulatedHost host, int vm) => Path.Combine(host.Directory, $"s{vm}");

    private static string LogPath(SimulatedHost host) => Path.Combine(host.Directory, "log");
}
