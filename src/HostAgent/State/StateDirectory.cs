using System;
using System.Globalization;
using System.Text;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.State;

/// <summary>
/// The directory where an agent keeps what must outlive it. One agent at a time: its file <c>lock</c> is locked by who uses it, and names that process.
/// </summary>
internal sealed unsafe class StateDirectory : IDisposable
{
    private const int MaxIdBytes = 32;

    private readonly int _lock;

    private StateDirectory(int lockDescriptor) => _lock = lockDescriptor;

    /// <summary>Takes a directory for this process; one that is missing is made, for its owner alone.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="problem">One line for a person, where the answer is null.</param>
    public static StateDirectory? TryOpen(string path, out string? problem)
    {
        int error = Make(path);
        if (error is not (0 or Errno.Exists))
        {
            problem = $"the state directory '{path}' cannot be made ({Errno.Describe(error)})";
            return null;
        }

        string file = $"{path.TrimEnd('/')}/lock";
        const int Flags = PosixConstants.OpenReadWrite | PosixConstants.OpenCreate | PosixConstants.OpenNoFollow | PosixConstants.OpenNonBlocking;
        int descriptor = FileDescriptor.Open(file, Flags, out error, PosixConstants.ModeOwnerReadWrite);
        if (descriptor < 0)
        {
            problem = $"the state directory '{path}' cannot be used: its file 'lock' cannot be written ({Errno.Describe(error)})";
            return null;
        }

        problem = WhyNotTaken(path, descriptor);
        if (problem is null)
        {
            return new StateDirectory(descriptor);
        }

        Libc.Close(descriptor);
        return null;
    }

    /// <summary>Lets the next agent have it.</summary>
    public void Dispose() => Libc.Close(_lock);

    private static int Make(string path)
    {
        fixed (byte* bytes = PathBytes.Of(path))
        {
            return Libc.MakeDirectory(bytes, PosixConstants.ModeOwnerOnly) < 0 ? Errno.Last : 0;
        }
    }

    /// <summary>Locks the file and writes this process's id into it; null where that worked.</summary>
    private static string? WhyNotTaken(string path, int descriptor)
    {
        int error = Libc.Flock(descriptor, PosixConstants.LockExclusive | PosixConstants.LockNonBlocking) < 0 ? Errno.Last : 0;
        if (error == Errno.Again)
        {
            Span<byte> holder = stackalloc byte[MaxIdBytes];
            string id = Encoding.ASCII.GetString(holder[..FileDescriptor.Read(descriptor, holder, out _)]).Trim();
            return $"the state directory '{path}' is used by another agent, process {(id.Length == 0 ? "unknown" : id)}";
        }

        if (error == 0)
        {
            string id = Libc.Getpid().ToString(CultureInfo.InvariantCulture);
            error = Libc.Truncate(descriptor, 0) < 0 ? Errno.Last : FileDescriptor.Write(descriptor, Encoding.ASCII.GetBytes(id + "\n"));
        }

        return error == 0 ? null : $"the state directory '{path}' cannot be used: its file 'lock' cannot be locked ({Errno.Describe(error)})";
    }
}
