using System.IO;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Tools;

namespace EsxAgent.HostAgent.Commands;

/// <summary><c>--host-root DIR</c>: a simulated host instead of ESXi itself.</summary>
internal static unsafe class HostRootOption
{
    /// <summary>Name of the option.</summary>
    public const string Name = "--host-root";

    /// <summary>Reads it.</summary>
    /// <exception cref="UsageException">The directory is missing, cannot be read, or is no simulated host.</exception>
    public static HostPaths Read(CommandLine line)
    {
        string? root = line.One(Name);
        if (root is null)
        {
            return new HostPaths(null);
        }

        root = Path.GetFullPath(root);
        root = root.Length > 1 ? root.TrimEnd('/') : root;
        int error = AccessError(root);
        if (error != 0)
        {
            throw new UsageException($"the host root '{root}' cannot be used ({Errno.Describe(error)})");
        }

        error = AccessError(root + "/bin");
        return error == 0
            ? new HostPaths(root)
            : throw new UsageException($"the host root '{root}' is no simulated host: 'bin' in it cannot be used ({Errno.Describe(error)}); 'esxsim init' makes one");
    }

    private static int AccessError(string path)
    {
        fixed (byte* bytes = PathBytes.Of(path + "/."))
        {
            return Libc.Access(bytes, PosixConstants.AccessRead | PosixConstants.AccessExecute) == 0 ? 0 : Errno.Last;
        }
    }
}
