using System.Runtime.InteropServices;

namespace EsxAgent.Tests.Agent;

/// <summary>Signals to the processes that a test has started itself.</summary>
internal static partial class Signals
{
    private const int Terminate = 15;
    private const int KillAtOnce = 9;
    private const int Stop = 19;

    /// <summary>Asks a process to end.</summary>
    public static void EndInOrder(int process) => _ = Kill(process, Terminate);

    /// <summary>Makes a process stand still.</summary>
    public static void Suspend(int process) => _ = Kill(process, Stop);

    /// <summary>Ends a process without asking.</summary>
    public static void End(int process) => _ = Kill(process, KillAtOnce);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
