using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Tools;

/// <summary>Takes the end of killed children that hang inside the kernel, so that no zombie stays. Its thread lives only while there are some.</summary>
internal static class Reaper
{
    private const int IntervalMs = 1_000;

    private static readonly List<ChildProcess> s_children = [];
    private static bool s_runs;

    /// <summary>Leaves a child to the reaper.</summary>
    public static void Take(ChildProcess child)
    {
        lock (s_children)
        {
            s_children.Add(child);

            // Where no thread is to be had now, the next child that is left here will try again.
            s_runs = s_runs || AgentThread.TryStart(Run);
        }
    }

    private static void Run()
    {
        while (true)
        {
            lock (s_children)
            {
                s_children.RemoveAll(child => child.TryWait(out _));
                if (s_children.Count == 0)
                {
                    s_runs = false;
                    return;
                }
            }

            Thread.Sleep(IntervalMs);
        }
    }
}
