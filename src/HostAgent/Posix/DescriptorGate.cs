using System.Threading;

namespace EsxAgent.HostAgent.Posix;

/// <summary>
/// Between making a descriptor and marking it close-on-exec lies a moment in which a child started by another thread would inherit it
/// (pipe2 and accept4 cannot be relied on). Whoever makes descriptors or starts children holds this lock for that moment.
/// </summary>
internal static class DescriptorGate
{
    public static Lock Gate { get; } = new();

    /// <summary>Marks a descriptor so that no child inherits it. Call with <see cref="Gate"/> held since before it was made.</summary>
    /// <returns>False where the system refuses; the descriptor must not be used then.</returns>
    public static bool TryCloseOnExec(int descriptor) =>
        Libc.Fcntl(descriptor, PosixConstants.SetDescriptorFlags, PosixConstants.CloseOnExec) >= 0;

    /// <summary>How many descriptors are open; counted by asking for each, because there may be no <c>/proc</c>.</summary>
    public static int CountOpen()
    {
        const int Highest = 2048;
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
