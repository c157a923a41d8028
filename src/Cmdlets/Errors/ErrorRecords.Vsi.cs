using System;
using System.IO;
using System.Management.Automation;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Errors;

/// <content>The host's vsish tree: its nodes, its drive, its snapshots.</content>
internal static partial class ErrorRecords
{
    /// <summary>What went wrong with a node of vsish; null for what is no failure of the agent or the connection.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="session">The session.</param>
    /// <param name="path">The node that was asked for.</param>
    public static ErrorRecord? OfNode(Exception error, EsxAgentSession session, string path) =>
        error is AgentException answer ? OfAgent(answer, path) : Of(error, session, null);

    /// <summary>A node of vsish that cannot be read, while the others can.</summary>
    /// <param name="error">What the host said.</param>
    /// <param name="path">The node.</param>
    public static ErrorRecord OfVsiNode(VsiError error, string path)
    {
        ErrorKind kind = ErrorKind.Of(error.Kind, ErrorKind.InternalError.Code);
        string message = error.Message ?? $"'{path}' could not be read.";
        string? said = error.ToolError?.Trim();
        return Make(
            new InvalidOperationException(message),
            kind.Name,
            ErrorCategories.Of(kind),
            path,
            string.IsNullOrEmpty(said) ? message : $"{message} The host's tool said: {said}",
            null);
    }

    /// <summary>The drive of vsish cannot be written to.</summary>
    /// <param name="path">What would have been changed.</param>
    public static ErrorRecord VsiReadOnly(string path) =>
        InException(Make(
            new InvalidOperationException($"'{path}' cannot be changed: a drive of the provider EsxVsi is read only."),
            nameof(VsiReadOnly),
            ErrorCategory.PermissionDenied,
            path,
            null,
            "The agent only reads the host's vsish tree. Change settings of a host with the host's own tools."));

    /// <summary>The same error in an exception that brings it along: what a provider throws, and what it writes to Set-Content, is shown by its exception
    /// alone.</summary>
    /// <param name="record">The error.</param>
    public static ErrorRecord InException(ErrorRecord record)
    {
        var exception = new RuntimeException(record.ToString(), record.Exception, record);
        string id = record.FullyQualifiedErrorId;
        return new ErrorRecord(exception, id, record.CategoryInfo.Category, record.TargetObject) { ErrorDetails = record.ErrorDetails };
    }

    /// <summary>The content of a directory of vsish was asked for.</summary>
    /// <param name="path">The directory.</param>
    public static ErrorRecord VsiNodeIsDirectory(string path) =>
        Make(
            new InvalidOperationException($"'{path}' is a directory of the vsish tree and has no content."),
            nameof(VsiNodeIsDirectory),
            ErrorCategory.InvalidType,
            path,
            null,
            "List it with 'Get-ChildItem'.");

    /// <summary>More leaves are to be watched than the agent does at a time.</summary>
    /// <param name="count">How many.</param>
    /// <param name="most">How many there may be.</param>
    /// <param name="hostName">The host that was asked.</param>
    public static ErrorRecord TooManyVsiLeaves(int count, int most, string? hostName) =>
        Make(
            new ArgumentException($"The paths mean {count} leaves of the host {hostName}; at most {most} can be watched at a time."),
            nameof(TooManyVsiLeaves),
            ErrorCategory.LimitsExceeded,
            count,
            null,
            "Name fewer leaves, or watch the others with a second command.");

    /// <summary>A snapshot is of one host.</summary>
    /// <param name="count">How many sessions were given.</param>
    public static ErrorRecord SnapshotOfSeveralHosts(int count) =>
        Make(
            new ArgumentException($"A snapshot is of one host, and {count} sessions were given."),
            nameof(SnapshotOfSeveralHosts),
            ErrorCategory.InvalidArgument,
            count,
            null,
            "Write one file for each: name one session with -Session.");

    /// <summary>The path of a snapshot is none of a file.</summary>
    /// <param name="path">The path.</param>
    public static ErrorRecord SnapshotPathInvalid(string path) =>
        Make(
            new ArgumentException($"'{path}' is not the path of a file."),
            nameof(SnapshotPathInvalid),
            ErrorCategory.InvalidArgument,
            path,
            null,
            "Give the path of a file in an existing directory, such as './host.zip'.");

    /// <summary>There is a file already.</summary>
    /// <param name="path">The path.</param>
    public static ErrorRecord SnapshotExists(string path) =>
        Make(
            new IOException($"The file '{path}' exists already."),
            nameof(SnapshotExists),
            ErrorCategory.ResourceExists,
            path,
            null,
            "Choose another name, or replace the file with -Force.");

    /// <summary>The file of a snapshot cannot be written.</summary>
    /// <param name="path">The path.</param>
    /// <param name="error">What the system says.</param>
    public static ErrorRecord SnapshotNotWritten(string path, Exception error) =>
        Make(
            error,
            nameof(SnapshotNotWritten),
            ErrorCategory.WriteError,
            path,
            $"The snapshot could not be written to '{path}': {error.Message}",
            "Choose a directory that exists and that you may write to.");

    /// <summary>A drive was to begin at something that is no directory of the host. The id is the wire's own.</summary>
    /// <param name="path">The path.</param>
    public static ErrorRecord VsiDirectoryNotFound(string path) =>
        Make(
            new ItemNotFoundException($"The host has no vsish directory '{path}'."),
            ErrorKind.VsiNodeNotFound.Name,
            ErrorCategory.ObjectNotFound,
            path,
            null,
            "List the directories with 'Get-EsxVsiNode /*'; '-Root /' is the whole tree.");

    /// <summary>The session that a path of a drive names is not there any more, or was of another process.</summary>
    /// <param name="path">The path.</param>
    public static ErrorRecord VsiDriveSessionNotFound(string path) =>
        Make(
            new ItemNotFoundException($"The session that the path '{path}' belongs to is not known in this process."),
            nameof(VsiDriveSessionNotFound),
            ErrorCategory.ObjectNotFound,
            path,
            null,
            "Make a drive for a session with 'New-PSDrive -Name lab -PSProvider EsxVsi -Root / -Session lab'.");
}
