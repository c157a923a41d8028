using System.Threading;

namespace EsxAgent.HostAgent.Posix;

/// <summary>
/// Between making a descriptor and marking it close-on-exec lies a moment in which a child started by another thread would inherit it
/// (pipe2 and accept4 cannot be relied on). Whoever makes descriptors or starts children holds this lock for that moment.
/// </summary>
internal static unsafe class DescriptorGate
{
    private const int FirstBehindStreams = 3;

    /// <summary>No descriptor of the agent lies above: it has a few for each connection and each tool.</summary>
    private const int Highest = 2048;

    public static Lock Gate { get; } = new();

    /// <summary>Marks a descriptor so that no child inherits it. Call with <see cref="Gate"/> held since before it was made.</summary>
    /// <returns>False where the system refuses; the descriptor must not be used then.</returns>
    public static bool TryCloseOnExec(int descriptor) =>
        Libc.Fcntl(descriptor, PosixConstants.SetDescriptorFlags, PosixConstants.CloseOnExec) >= 0;

    /// <summary>Makes a pipe whose ends no child inherits. Call with <see cref="Gate"/> held.</summary>
    /// <param name="ends">Gets the end to read from and the one to write to.</param>
    /// <param name="error">Errno, where the answer is false.</param>
    public static bool TryPipe(int* ends, out int error)
    {
        error = 0;
        if (Libc.Pipe(ends) < 0)
        {
            error = Errno.Last;
            return false;
        }

        if (TryCloseOnExec(ends[0]) && TryCloseOnExec(ends[1]))
        {
            return true;
        }

        error = Errno.Last;
        Libc.Close(ends[0]);
        Libc.Close(ends[1]);
        return false;
    }

    /// <summary>Keeps from every child what is open now: whoever started the agent may have left descriptors open for it by mistake.</summary>
    public static void CloseOnExecAll()
    {
        for (int descriptor = FirstBehindStreams; descriptor < Highest; descriptor++)
        {
            _ = TryCloseOnExec(descriptor);
        }
    }

    /// <summary>How many descriptors are open; counted by asking for each, because there may be no <c>/proc</c>.</summary>
    public static int CountOpen()
    {
        int open = 0;
        for (int descriptor = 0; descriptor < Highest; descriptor++)
        {
            if (Libc.Fcntl(descriptor, PosixConstants.GetDescriptorFlags, 0) >= 0)
            {
                open++;
            }
        }

        return open;
    }
}
