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
    /// <param name="takesExisting">True to take one that is there as it is.</param>
    /// <exception cref="OperationException">The kind follows the tool's number, see <see cref="DiskFailure"/>; and what <see cref="ToolRunner.RunLong"/> says.</exception>
    public void CreateSidecar(DirectoryHandle directory, string disk, string key, long sizeBytes, DiskWork work, bool takesExisting = false) =>
        Sidecar(directory, disk, $"{(takesExisting ? "forcecreate" : "create")},{key},{Text(sizeBytes)}", work);

    /// <summary>Changes the size of a sidecar; exceptions as above.</summary>
    public void ResizeSidecar(DirectoryHandle directory, string disk, string key, long sizeBytes, DiskWork work) =>
        Sidecar(directory, disk, $"resize,{key},{Text(sizeBytes)}", work);

    /// <summary>Removes a sidecar; exceptions as above.</summary>
    public void RemoveSidecar(DirectoryHandle directory, string disk, string key, DiskWork work) => Sidecar(directory, disk, $"delete,{key}", work);

    /// <summary>Removes every sidecar of a disk, the agent's own too; exceptions as above.</summary>
    public void RemoveSidecars(DirectoryHandle directory, string disk, DiskWork work) => Sidecar(directory, disk, "deleteall", work);

    /// <summary>Lists the sidecars of a disk; exceptions as above.</summary>
    /// <returns>What the tool prints. Its form is not known, only that it names the keys.</returns>
    public string ListSidecars(DirectoryHandle directory, string disk, DiskWork work) => Sidecar(directory, disk, "enum", work);

    /// <summary>Makes the descriptor's list fit the files; exceptions as above.</summary>
    public void UpdateSidecarDatabase(DirectoryHandle directory, string disk, DiskWork work) => Sidecar(directory, disk, "updateDDB", work);

    /// <summary>Gives bytes of a sidecar one value; exceptions as above.</summary>
    public void FillSidecar(DirectoryHandle directory, string disk, string key, long offset, byte pattern, long length, DiskWork work) =>
        Sidecar(directory, disk, $"write,{key},{Text(offset)},{Text(pattern)}:{Text(length)}", work);

    /// <summary>Writes a text into a sidecar and zeros behind it; exceptions as above.</summary>
    /// <param name="directory">Where the disk is.</param>
    /// <param name="disk">Name of its descriptor.</param>
    /// <param name="key">Key of the sidecar.</param>
    /// <param name="offset">Where.</param>
    /// <param name="text">One that <see cref="CanCarry"/>.</param>
    /// <param name="work">Cancels it.</param>
    public void WriteSidecarText(DirectoryHandle directory, string disk, string key, long offset, string text, DiskWork work) =>
        Sidecar(directory, disk, $"writeString,{key},{Text(offset)},{text}", work);

    /// <summary>Whether bytes of a sidecar all have one value, as the tool sees it. It can say no for any other reason too.</summary>
    public bool SidecarHolds(DirectoryHandle directory, string disk, string key, long offset, byte pattern, long length, DiskWork work) =>
        Agrees(directory, disk, $"read,{key},{Text(offset)},{Text(pattern)}:{Text(length)}", work);

    /// <summary>Whether a sidecar holds a text, as the tool sees it. It can say no for any other reason too.</summary>
    public bool SidecarHoldsText(DirectoryHandle directory, string disk, string key, long offset, string text, DiskWork work) =>
        Agrees(directory, disk, $"readString,{key},{Text(offset)},{text}", work);

    /// <summary>Whether the tool's one argument can carry a text: its fields are told apart by commas, and it is a line.</summary>
    public static bool CanCarry(string text)
    {
        const int Longest = 1024;
        bool canCarry = text.Length is > 0 and <= Longest;
        foreach (char one in text)
        {
            canCarry &= one is not (',' or ';' or '"' or '\\') && !char.IsControl(one) && !char.IsSurrogate(one);
        }

        return canCarry;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private string Sidecar(DirectoryHandle directory, string disk, string operation, DiskWork work)
    {
        using ToolOutput output = runner.RunLong(_path, ["--sidecar", operation, disk], work.Cancel, directory, null);
        return output.Succeeded ? output.TextOf(ToolNames.DiskTool) : throw DiskFailure.Of(ToolNames.DiskTool, output);
    }

    private bool Agrees(DirectoryHandle directory, string disk, string operation, DiskWork work)
    {
        using ToolOutput output = runner.RunLong(_path, ["--sidecar", operation, disk], work.Cancel, directory, null);
        return output.Succeeded;
    }
}
