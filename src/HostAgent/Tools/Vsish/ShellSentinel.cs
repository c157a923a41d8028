using System.Diagnostics;
using System.Globalization;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>
/// Names of nodes that no host has and nobody can guess. Asked for one of them, the shell says on standard error that there is none, with the name: then
/// everything before it has been said. No path of a guest can be such a name, because of its <c>~</c>, and nothing that a VM's owner has named goes to
/// standard error.
/// </summary>
internal sealed class ShellSentinel
{
    private const string Prefix = "esxagent~";
    private const ulong Step = 0x9e3779b97f4a7c15;

    private ulong _state = Seed();

    /// <summary>The next name; all are of the same length.</summary>
    public string Next()
    {
        // splitmix64: nobody sees two of them in a row, and a guess is one of 2^64.
        ulong mixed = _state += Step;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return Prefix + (mixed ^ (mixed >> 31)).ToString("x16", CultureInfo.InvariantCulture);
    }

    private static unsafe ulong Seed()
    {
        ulong seed = 0;
        fixed (byte* path = PathBytes.Of("/dev/urandom"))
        {
            int descriptor = Libc.Open(path, PosixConstants.OpenReadOnly | PosixConstants.OpenCloseOnExec, 0);
            if (descriptor >= 0)
            {
                _ = Libc.Read(descriptor, (byte*)&seed, sizeof(ulong));
                Libc.Close(descriptor);
            }
        }

        // Where there is no such device, the clock and where this process happens to lie have to do.
        return seed ^ (ulong)Stopwatch.GetTimestamp() ^ ((ulong)Libc.Getpid() << 40) ^ (ulong)&seed;
    }
}
