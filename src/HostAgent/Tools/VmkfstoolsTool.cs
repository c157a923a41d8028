using System;
using System.Globalization;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Tools;

/// <summary>
/// The command <c>vmkfstools</c>. Disks are named by the file name of their descriptor, in the directory that the tool is started in.
/// </summary>
internal sealed class VmkfstoolsTool(ToolRunner runner, HostPaths paths)
{
    private readonly string _path = paths.Tool(ToolNames.Vmkfstools);

    /// <summary>Asks for the exact sizes of the filesystem that a path lies on.</summary>
    /// <param name="hostPath">For example <c>/vmfs/volumes/5f3c…</c>.</param>
    /// <param name="cancel">Ends the tool when the request is cancelled.</param>
    /// <param name="time">How long it may take, where that is less than usual.</param>
    /// <returns>Null where the tool prints no such line.</returns>
    /// <exception cref="OperationException"><c>ToolFailed</c>, and what <see cref="ToolRunner.Run"/> says.</exception>
    public FilesystemSpace? Space(string hostPath, CancelSignal cancel, TimeSpan? time = null)
    {
        using ToolOutput output = runner.Run(_path, ["-P", hostPath], cancel, time);
        return output.Succeeded ? FilesystemSpace.Parse(output.TextOf(ToolNames.Vmkfstools)) : throw ToolFailure.Ended(ToolNames.Vmkfstools, output);
    }

    /// <summary>Asks what kind of filesystem a path lies on.</summary>
    /// <returns>The first word of the answer without its version, for example <c>VMFS</c> or <c>NFS</c>; null where the tool does not say.</returns>
    /// <exception cref="OperationException"><c>ToolFailed</c>, and what <see cref="ToolRunner.Run"/> says.</exception>
    public string? FilesystemKind(string hostPath, CancelSignal cancel)
    {
        using ToolOutput output = runner.Run(_path, ["-P", hostPath], cancel);
        string text = output.Succeeded ? output.TextOf(ToolNames.Vmkfstools) : throw ToolFailure.Ended(ToolNames.Vmkfstools, output);
        int end = text.AsSpan().IndexOfAny("-. \n");
        return end > 0 ? text[..end] : null;
    }

    /// <summary>Makes a disk.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="disk">Name of its descriptor.</param>
    /// <param name="sizeBytes">Its size.</param>
    /// <param name="format">See <see cref="VolumeFormat"/>.</param>
    /// <param name="work">Cancels it and is told how far it is.</param>
    /// <exception cref="OperationException">The kind follows the tool's number, see <see cref="DiskFailure"/>; and what <see cref="ToolRunner.RunLong"/> says.</exception>
    public void Create(DirectoryHandle directory, string disk, long sizeBytes, string format, DiskWork work) =>
        Run(directory, ["-c", Text(sizeBytes), "-d", FormatOf(format), disk], work);

    /// <summary>Makes a disk with the content of another.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="source">Path of the other's descriptor as the host sees it.</param>
    /// <param name="disk">Name of the new descriptor.</param>
    /// <param name="format">See <see cref="VolumeFormat"/>.</param>
    /// <param name="work">Cancels it and is told how far it is.</param>
    /// <exception cref="OperationException">As <see cref="Create"/>.</exception>
    public void Clone(DirectoryHandle directory, string source, string disk, string format, DiskWork work) =>
        Run(directory, ["-i", source, "-d", FormatOf(format), disk], work);

    /// <summary>Makes a disk larger.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="disk">Name of its descriptor.</param>
    /// <param name="sizeBytes">Its new size.</param>
    /// <param name="format">What it is now, see <see cref="VolumeFormat"/>: of an eager zeroed disk the new part is zeroed too.</param>
    /// <param name="work">Cancels it and is told how far it is.</param>
    /// <exception cref="OperationException">As <see cref="Create"/>.</exception>
    public void Extend(DirectoryHandle directory, string disk, long sizeBytes, string? format, DiskWork work) =>
        Run(directory, format == VolumeFormat.EagerZeroedThick ? ["-X", Text(sizeBytes), "-d", FormatOf(format), disk] : ["-X", Text(sizeBytes), disk], work);

    /// <summary>Takes and zeroes all blocks of a thin disk.</summary>
    /// <exception cref="OperationException">As <see cref="Create"/>.</exception>
    public void Inflate(DirectoryHandle directory, string disk, DiskWork work) => Run(directory, ["-j", disk], work);

    /// <summary>Zeroes all blocks of a thick disk that was made without.</summary>
    /// <exception cref="OperationException">As <see cref="Create"/>.</exception>
    public void EagerZero(DirectoryHandle directory, string disk, DiskWork work) => Run(directory, ["-k", disk], work);

    /// <summary>Gives back the blocks of a disk that hold only zeros.</summary>
    /// <exception cref="OperationException">As <see cref="Create"/>.</exception>
    public void PunchZeros(DirectoryHandle directory, string disk, DiskWork work) => Run(directory, ["-K", disk], work);

    private void Run(DirectoryHandle directory, string[] arguments, DiskWork work)
    {
        using ToolOutput output = runner.RunLong(_path, arguments, work.Cancel, directory, work.Watch);
        if (!output.Succeeded)
        {
            throw DiskFailure.Of(ToolNames.Vmkfstools, output);
        }
    }

    private static string FormatOf(string format) => format switch
    {
        VolumeFormat.Thin => "thin",
        VolumeFormat.EagerZeroedThick => "eagerzeroedthick",
        _ => "zeroedthick",
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
