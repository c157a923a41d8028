using System;
using System.Globalization;
using EsxAgent.HostAgent.Posix;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Tools;

/// <summary>
/// Makes errors of what <c>vmkfstools</c> and <c>diskTool</c> did. The number in brackets at the end of their last line decides, never the sentence before it: that
/// changes between releases. Numbers: host captures.
/// </summary>
internal static class DiskFailure
{
    private const int NoSpace = 13;
    private const int NotFound = 25;
    private const int AlreadyExists = 39;
    private const int ObjectNotFound = 63;
    private const int Locked = 16392;
    private const int NotSupported = -1;

    /// <summary>The error of a tool that failed.</summary>
    public static OperationException Of(string tool, ToolOutput output)
    {
        string? text = output.ErrorText;
        (ErrorKind kind, string message, string? action) = Simple(NumberOf(text)) switch
        {
            NoSpace => (ErrorKind.DatastoreFull, "The datastore has not enough space.", "Free space on it or take another one; Get-EsxDatastore shows what is free."),
            NotFound or ObjectNotFound => (ErrorKind.ToolFailed, $"The host's tool '{tool}' did not find a file of the disk.", (string?)"Test-VmdkVolume -Detailed tells what is missing."),
            AlreadyExists => (ErrorKind.ToolFailed, $"The host's tool '{tool}' found a file in its way.", "Test-VmdkVolume -Detailed tells which files are there."),
            Locked => (ErrorKind.VolumeInUse, "The disk is locked: a running VM or another tool of the host has it open.", "Detach it, or wait until the other one is done."),
            NotSupported => (ErrorKind.CapabilityMissing, $"The host's tool '{tool}' cannot do that to a disk on this datastore.", "Sidecars need a datastore of type VMFS."),
            _ => (ErrorKind.ToolFailed, ToolFailure.Ended(tool, output).Error.Message, null),
        };
        return new OperationException(new WireError(kind, message) { ToolExitCode = output.ExitStatus, ToolError = text, RecommendedAction = action });
    }

    /// <summary>A number that holds one of the system's errors in its upper half, as the one that means the same.</summary>
    private static int? Simple(int? number) => (number >> 16) switch
    {
        Errno.Busy or Errno.Again => Locked,
        Errno.NoSpace or Errno.QuotaExceeded => NoSpace,
        Errno.NotSupported => NotSupported,
        _ => number,
    };

    /// <summary>The number of <c>Failed to open 'x' : reason (16392).</c>; null where there is none.</summary>
    internal static int? NumberOf(string? text)
    {
        int close = text?.LastIndexOf(')') ?? -1;
        int open = close < 0 ? -1 : text!.LastIndexOf('(', close);
        return open >= 0 && int.TryParse(text.AsSpan((open + 1)..close), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }
}
