using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.VSock;

/// <summary>
/// A simulated host and an agent over it that listens on a vSocket port for each VM: no hypervisor names the caller here, so the port does. For the first VM it
/// listens on a Unix socket too, to compare with.
/// </summary>
internal sealed class World : IDisposable
{
    private readonly uint _firstPort;

    private World(SimulatedHost host, uint firstPort)
    {
        Host = host;
        _firstPort = firstPort;
        Machines = host.Machines;
        Agent = Serve();
    }

    /// <summary>More time to connect than a person gets: an emulated processor needs it, where the program meets everything for the first time.</summary>
    public static SessionOptions Patient { get; } = new() { ConnectTimeout = TimeSpan.FromSeconds(60), RequestTimeout = TimeSpan.FromSeconds(90) };

    /// <summary>The host.</summary>
    public SimulatedHost Host { get; }

    /// <summary>The agent that runs now.</summary>
    public AgentProcess Agent { get; private set; }

    /// <summary>The VMs, in the order of the ports.</summary>
    public IReadOnlyList<SimulatedVm> Machines { get; }

    /// <summary>What the agent listens at for the first VM, as it is written on its command line.</summary>
    public string FirstListener => $"vsock:any:{PortOf(0)}?as={Machines[0].CartelId}";

    /// <summary>Where the first VM's Unix socket is.</summary>
    public string UnixEndpoint => $"unix:{Path.Combine(Host.Directory, "s")}";

    /// <summary>Makes a host and starts an agent over it.</summary>
    /// <param name="firstPort">Port of the first VM; those of the others follow it.</param>
    /// <param name="machines">How many VMs.</param>
    /// <param name="prepare">Changes the host before the agent starts.</param>
    public static World Start(uint firstPort, int machines = 1, Action<SimulatedHost>? prepare = null)
    {
        SimulatedHost host = SimulatedHost.Make(machines: [.. Enumerable.Range(1, machines).Select(number => $"web{number:00}")]);
        try
        {
            prepare?.Invoke(host);
            return new World(host, firstPort);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Port at which the agent listens for a VM.</summary>
    public uint PortOf(int vm) => _firstPort + (uint)vm;

    /// <summary>Where a VM connects.</summary>
    /// <param name="vm">Its place in the inventory.</param>
    /// <param name="contextId">2 as a VM names its host, 1 as this kernel names itself; here they lead to the same place.</param>
    public Endpoint EndpointOf(int vm = 0, uint contextId = VSockAddress.HostContextId) => Endpoint.Parse($"vsock:{contextId}:{PortOf(vm)}");

    /// <summary>Connects a session as a VM.</summary>
    public Task<AgentSession> ConnectAsync(int vm = 0, bool reconnect = true) =>
        AgentSession.ConnectAsync(EndpointOf(vm), Patient with { Reconnect = reconnect });

    /// <summary>Ends the agent without asking it and starts another one in its place.</summary>
    public void ReplaceAgent()
    {
        Agent.Kill();
        StartAgent();
    }

    /// <summary>Starts an agent in the place of one that has ended.</summary>
    public void StartAgent()
    {
        Agent.Dispose();
        Agent = Serve();
    }

    /// <summary>Waits until the agent holds no more than it did.</summary>
    public void MustShrinkTo(ProcessFootprint before)
    {
        ProcessFootprint now = before;
        try
        {
            Eventually.Holds("the agent gives back what it held", () =>
            {
                now = Agent.Footprint;
                return now.Descriptors <= before.Descriptors && now.Threads <= before.Threads && now.Children <= before.Children;
            });
        }
        catch (TimeoutException e)
        {
            throw new ExpectationException($"{e.Message} Before: {before}; now: {now}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Agent.Dispose();
        Host.Dispose();
    }

    private AgentProcess Serve()
    {
        IEnumerable<string> listeners = Machines.Skip(1).Select((vm, i) => $"vsock:any:{PortOf(i + 1)}?as={vm.CartelId}");
        string unix = $"{UnixEndpoint}?as={Machines[0].CartelId}";
        return AgentProcess.Serve(Host, [FirstListener, unix, .. listeners], "--log", Path.Combine(Host.Directory, "log"));
    }
}
