using System;
using System.Management.Automation;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.Errors;

/// <content>Sidecars and their content.</content>
internal static partial class ErrorRecords
{
    /// <summary>A disk has no sidecar with this key. The id is the wire's own.</summary>
    /// <param name="sidecar">What was asked for.</param>
    /// <param name="hostName">The host that was asked.</param>
    public static ErrorRecord SidecarNotFound(VmdkSidecarReference sidecar, string? hostName) =>
        Make(
            new ItemNotFoundException($"The disk '{sidecar.Disk.Id}' on {hostName} has no sidecar '{sidecar.Key}'."),
            ErrorKind.SidecarNotFound.Name,
            ErrorCategory.ObjectNotFound,
            sidecar.Id,
            null,
            Advice.For(ErrorKind.SidecarNotFound));

    /// <summary>Neither content nor sidecars stand on the command line, so that nobody knows which of the two the pipeline brings.</summary>
    public static ErrorRecord ContentNotGiven() =>
        Make(
            new ArgumentException("What comes along the pipeline is either the content or the sidecars, and neither was given as an argument."),
            nameof(ContentNotGiven),
            ErrorCategory.InvalidArgument,
            null,
            null,
            "Give -Value, -Path or -Pattern and pipe sidecars in; or give -Sidecar and pipe content in.");

    /// <summary>Disks were given to remove sidecars from, and not which ones.</summary>
    public static ErrorRecord KeyOrAllNeeded() =>
        Make(
            new ArgumentException("Which sidecars of the disks are meant was not said, or twice."),
            nameof(KeyOrAllNeeded),
            ErrorCategory.InvalidArgument,
            null,
            null,
            "Give either -Key or -All.");

    /// <summary>Something was given as content that is neither text nor bytes.</summary>
    /// <param name="error">What is wrong with it.</param>
    /// <param name="value">What was given.</param>
    public static ErrorRecord ContentInvalid(ArgumentException error, object? value) =>
        Make(
            error,
            nameof(ContentInvalid),
            ErrorCategory.InvalidType,
            value,
            null,
            "Give strings, or bytes as [byte] or [byte[]].");

    /// <summary>A file that was to be written into a sidecar cannot be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="error">What the system says.</param>
    public static ErrorRecord ContentFileUnreadable(string path, Exception error) =>
        Make(
            error,
            nameof(ContentFileUnreadable),
            ErrorCategory.ReadError,
            path,
            $"The file '{path}' cannot be read: {error.Message}",
            "Give one file that exists and that you may read. Wildcards are not taken.");
}
