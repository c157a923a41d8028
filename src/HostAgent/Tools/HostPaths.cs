using System;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Tools;

/// <summary>Where the host's tools and files are: ESXi's own places, or those of a simulated host below <c>--host-root</c>.</summary>
internal sealed class HostPaths
{
    /// <summary>Makes the paths.</summary>
    /// <param name="root">Directory of a simulated host without a slash at its end; null for ESXi itself.</param>
    public HostPaths(string? root) => Root = root;

    /// <summary>Directory of a simulated host; null on ESXi.</summary>
    public string? Root { get; }

    /// <summary>Path of a tool.</summary>
    /// <param name="name">Its file name, for example <c>vsish</c>.</param>
    public string Tool(string name)
    {
        if (Root is not null)
        {
            return $"{Root}/bin/{name}";
        }

        // ESXi keeps what administrators call in /bin, except for the disk library's own tool.
        return name == ToolNames.DiskTool ? "/usr/lib/vmware/vmfs/tools/diskTool" : $"/bin/{name}";
    }

    /// <summary>True where a tool is there and can be run.</summary>
    /// <param name="name">Its file name.</param>
    public unsafe bool HasTool(string name)
    {
        fixed (byte* path = PathBytes.Of(Tool(name)))
        {
            return Libc.Access(path, PosixConstants.AccessExecute) == 0;
        }
    }

    /// <summary>The policy where <c>--policy</c> names none.</summary>
    public string Policy => Root is null ? "/opt/esxagent/etc/policy.json" : $"{Root}/etc/esxagent/policy.json";

    /// <summary>A path as the host prints it, as this process can open it.</summary>
    public string ToLocal(string hostPath) =>
        Root is not null && hostPath.StartsWith("/vmfs/", StringComparison.Ordinal) ? Root + hostPath : hostPath;
}
