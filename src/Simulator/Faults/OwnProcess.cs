using System.Runtime.InteropServices;
using System.Threading;

namespace EsxAgent.Simulator.Faults;

/// <summary>Ends this process the way a crash does.</summary>
internal static partial class OwnProcess
{
    private const nint Default = 0; // SIG_DFL
    private const int Kill = 9;

    /// <summary>Dies by a signal. A signal that does not kill is followed by one that does.</summary>
    public static void DieBySignal(int signal)
    {
        // The runtime handles some signals and ignores SIGPIPE: without this the process would end by exit, or not at all.
        _ = SetHandler(signal, Default);
        _ = Send(GetId(), signal);
        Thread.Sleep(100);
        _ = Send(GetId(), Kill);
        Thread.Sleep(Timeout.Infinite);
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "getpid")]
    private static partial int GetId();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
