using System;
using System.Threading;

namespace EsxAgent.HostAgent.Posix;

/// <summary>Starts the agent's threads: a small stack each, and counted, since there may be no <c>/proc</c> to ask.</summary>
internal static class AgentThread
{
    /// <summary>128 KiB: measured to suffice for the deepest path (a JSON body of 64 levels) with room to spare.</summary>
    private const int StackBytes = 128 << 10;

    private static int s_count = 1;

    /// <summary>Threads that run now, the main thread included.</summary>
    public static int Count => Volatile.Read(ref s_count);

    /// <summary>Starts a thread that does not keep the process alive.</summary>
    /// <returns>False where the system has no room for one more.</returns>
    public static bool TryStart(Action body)
    {
        var thread = new Thread(
            () =>
            {
                try
                {
                    body();
                }
                catch (OutOfMemoryException)
                {
                    EndOfMemory();
                }
                finally
                {
                    Interlocked.Decrement(ref s_count);
                }
            },
            StackBytes)
        {
            IsBackground = true,
        };
        Interlocked.Increment(ref s_count);
        try
        {
            thread.Start();
            return true;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            Interlocked.Decrement(ref s_count);
            return false;
        }
    }

    /// <summary>
    /// Ends the process at once, for whoever watches it to start it again: one that has lost a thread serves nobody, and the runtime's own way out needs memory
    /// and waits for it for ever.
    /// </summary>
    private static unsafe void EndOfMemory()
    {
        ReadOnlySpan<byte> line = "esxagent: out of memory\n"u8;
        fixed (byte* start = line)
        {
            _ = Libc.Write(StandardOutput.ErrorDescriptor, start, line.Length);
        }

        Libc.Abort();
    }
}
