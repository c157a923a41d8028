using System.Collections.Generic;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Diagnostics.Probes;

/// <summary>What a process is given here: its user, the C library, its limits, and the files of the kernel.</summary>
internal static unsafe class ProcessCheck
{
    private const int GetResourceLimit = 97;

    /// <summary>Name, number of <c>getrlimit</c>, and bits to the right for the unit in which it is told.</summary>
    private static readonly (string Name, int Resource, int Shift, string Unit)[] s_limits =
    [
        ("limit of addresses (RLIMIT_AS)", 9, 20, " MiB"),
        ("limit of data (RLIMIT_DATA)", 2, 20, " MiB"),
        ("limit of descriptors (RLIMIT_NOFILE)", 7, 0, string.Empty),
    ];

    /// <summary>Path, whether the agent needs it, and what is different without it.</summary>
    private static readonly (string Path, bool IsNeeded, string Without)[] s_files =
    [
        ("/dev/null", true, "no tool can be started without it"),
        ("/dev/urandom", false, "hash tables are seeded by the clock"),
        ("/proc", false, "agent/status does not tell the resident memory"),
        ("/sys", false, "nothing needs it"),
    ];

    /// <summary>Looks, line by line.</summary>
    public static IEnumerable<HostCheckLine> Lines()
    {
        uint user = Libc.Geteuid();
        yield return user == 0 ? HostCheckLine.Ok("user", "root") : HostCheckLine.Note("user", $"{user}, not root: the tools of ESXi answer root alone");
        yield return HostCheckLine.Ok("C library", $"glibc {Kernel.LibraryVersion}");
        foreach ((string name, int resource, int shift, string unit) in s_limits)
        {
            yield return Limit(name, resource, shift, unit);
        }

        foreach ((string path, bool isNeeded, string without) in s_files)
        {
            yield return IsThere(path) ? HostCheckLine.Ok(path, "is there") : HostCheckLine.Absent(path, isNeeded, $"is not there: {without}");
        }
    }

    private static HostCheckLine Limit(string name, int resource, int shift, string unit)
    {
        // The current limit, and behind it the highest that the process may set.
        ulong* limit = stackalloc ulong[2];
        _ = Kernel.Call(GetResourceLimit, [resource, (nint)limit], out int error);
        return error != 0
            ? HostCheckLine.Note(name, $"cannot be read ({ErrnoName.Of(error)})")
            : HostCheckLine.Ok(name, limit[0] == ulong.MaxValue ? "none" : $"{limit[0] >> shift}{unit}");
    }

    /// <summary>True where a path is there; a directory must have something in it, as that of a mounted file system has.</summary>
    private static bool IsThere(string path)
    {
        fixed (byte* file = PathBytes.Of(path))
        fixed (byte* self = PathBytes.Of(path + (path == "/proc" ? "/self" : path == "/sys" ? "/kernel" : string.Empty)))
        {
            return Libc.Access(file, 0) == 0 && Libc.Access(self, 0) == 0;
        }
    }
}
