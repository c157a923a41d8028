using System.Globalization;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Tools;

/// <summary>
/// The command <c>diskTool</c>: the disk library's own tool, which knows sidecars. Disks are named by the file name of their descriptor, in the directory that the tool
/// is started in.
/// </summary>
internal sealed class DiskToolTool(ToolRunner runner, HostPaths paths)
{
    private readonly string _path = paths.Tool(ToolNames.DiskTool);

    /// <summary>True where the host has it.</summary>
    public bool IsThere => paths.HasTool(ToolNames.DiskTool);

    /// <summary>Makes a sidecar.</summary>
    /// <param name="directory">Where the disk is.</param>
    /// <param name="disk">Name of its descriptor.</param>
    /// <param name="key">Key of the sidecar.</param>
    /// <param name="sizeBytes">Its size, a multiple of 4096.</param>
    /// <param name="work">Cancels it.</param>
    /// <exception cref="OperationException">The kind follows the tool's number, see <see cref="DiskFailure"/>; and what <see cref="ToolRunner.RunLong"/> says.</exception>
    public void CreateSidecar(DirectoryHandle directory, string disk, string key, long sizeBytes, DiskWork work) =>
        Run(directory, string.Create(CultureInfo.InvariantCulture, $"create,{key},{sizeBytes}"), disk, work);

    private void Run(DirectoryHandle directory, string operation, string disk, DiskWork work)
    {
        using ToolOutput output = runner.RunLong(_path, ["--sidecar", operation, disk], work.Cancel, directory, null);
        if (!output.Succeeded)
        {
            throw DiskFailure.Of(ToolNames.DiskTool, output);
        }
    }
}
