using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.Hostile;

/// <summary>What an agent holds when it has nothing to do.</summary>
/// <param name="Footprint">Descriptors, threads and children: the least of several looks.</param>
/// <param name="PrivateBytes">Memory that is its own: not that of files, not that of others. The least of several looks.</param>
internal sealed record AgentMemory(ProcessFootprint Footprint, long PrivateBytes)
{
    private const int Looks = 8;
    private const int EveryMs = 250;

    /// <summary>
    /// A worker without work lives for five seconds, and so does a connection without a handshake; after that the agent has two looks, two seconds apart,
    /// whether it is idle, and collects what is no longer used. Before, its garbage would make one look differ from the next by megabytes.
    /// </summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(10);

    /// <summary>Waits until what was begun has ended, then looks several times.</summary>
    public static AgentMemory InAQuietMoment(AgentProcess agent)
    {
        Thread.Sleep(s_idle);
        AgentMemory[] looks = [.. Enumerable.Range(0, Looks).Select(_ => Look(agent))];
        return new AgentMemory(
            new ProcessFootprint(
                looks.Min(look => look.Footprint.Descriptors), looks.Min(look => look.Footprint.Threads), looks.Min(look => look.Footprint.Children)),
            looks.Min(look => look.PrivateBytes));
    }

    /// <summary>Memory of a process that is its own and in memory.</summary>
    public static long PrivateBytesOf(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(one => one.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Footprint.Descriptors} descriptors, {Footprint.Threads} threads, {PrivateBytes >> 10} KiB";

    private static AgentMemory Look(AgentProcess agent)
    {
        Thread.Sleep(EveryMs);
        return new AgentMemory(agent.Footprint, PrivateBytesOf(agent.Id));
    }
}
