using System;
using System.Collections.Generic;

namespace EsxAgent.Protocol.Errors;

/// <summary>
/// One row of the error table: the stable name that clients decide by, the JSON-RPC code, the status word and whether trying again
/// makes sense. The rows here are all that an agent sends; a kind of a newer agent is kept by its name, see <see cref="Of"/>.
/// </summary>
public sealed class ErrorKind : IEquatable<ErrorKind>
{
    /// <summary>The body is not JSON.</summary>
    public static readonly ErrorKind ParseError = new("ParseError", -32700, ErrorStatus.InvalidArgument);

    /// <summary>The body is JSON, but no request.</summary>
    public static readonly ErrorKind InvalidRequest = new("InvalidRequest", -32600, ErrorStatus.InvalidArgument);

    /// <summary>The agent has no such method.</summary>
    public static readonly ErrorKind MethodNotFound = new("MethodNotFound", -32601, ErrorStatus.Unimplemented);

    /// <summary>A parameter breaks a rule; the message names both.</summary>
    public static readonly ErrorKind InvalidParams = new("InvalidParams", -32602, ErrorStatus.InvalidArgument);

    /// <summary>The agent made a mistake.</summary>
    public static readonly ErrorKind InternalError = new("InternalError", -32603, ErrorStatus.Internal);

    /// <summary>A body over the announced limit; it was thrown away.</summary>
    public static readonly ErrorKind FrameTooLarge = new("FrameTooLarge", -32600, ErrorStatus.InvalidArgument);

    /// <summary>Something was asked before <c>initialize</c>.</summary>
    public static readonly ErrorKind ServerNotInitialized = new("ServerNotInitialized", -32002, ErrorStatus.FailedPrecondition);

    /// <summary>No protocol version is common to both sides.</summary>
    public static readonly ErrorKind ProtocolMismatch = new("ProtocolMismatch", -32003, ErrorStatus.FailedPrecondition);

    /// <summary>The client cancelled the request.</summary>
    public static readonly ErrorKind RequestCancelled = new("RequestCancelled", -32800, ErrorStatus.Cancelled);

    /// <summary>The request's own <c>timeoutMs</c> ran out. A change may still complete: ask again with the same operation id.</summary>
    public static readonly ErrorKind DeadlineExceeded = new("DeadlineExceeded", -32001, ErrorStatus.DeadlineExceeded, retryable: true);

    /// <summary>The policy does not allow it; the message names the rule that is missing.</summary>
    public static readonly ErrorKind AccessDenied = new("AccessDenied", -32010, ErrorStatus.PermissionDenied);

    /// <summary>The host could not establish which VM is calling.</summary>
    public static readonly ErrorKind PeerUnidentified = new("PeerUnidentified", -32011, ErrorStatus.Unauthenticated);

    /// <summary>No such volume.</summary>
    public static readonly ErrorKind VolumeNotFound = new("VolumeNotFound", -32020, ErrorStatus.NotFound);

    /// <summary>No such sidecar.</summary>
    public static readonly ErrorKind SidecarNotFound = new("SidecarNotFound", -32020, ErrorStatus.NotFound);

    /// <summary>No mounted datastore of that name or uuid.</summary>
    public static readonly ErrorKind DatastoreNotFound = new("DatastoreNotFound", -32020, ErrorStatus.NotFound);

    /// <summary>The host has no such vsish node.</summary>
    public static readonly ErrorKind VsiNodeNotFound = new("VsiNodeNotFound", -32020, ErrorStatus.NotFound);

    /// <summary>A volume of that name exists and differs from what was asked for.</summary>
    public static readonly ErrorKind VolumeAlreadyExists = new("VolumeAlreadyExists", -32021, ErrorStatus.AlreadyExists);

    /// <summary>A sidecar with that key exists.</summary>
    public static readonly ErrorKind SidecarAlreadyExists = new("SidecarAlreadyExists", -32021, ErrorStatus.AlreadyExists);

    /// <summary>The operation id was used with other arguments, or another operation holds the volume.</summary>
    public static readonly ErrorKind OperationConflict = new("OperationConflict", -32022, ErrorStatus.Aborted, retryable: true);

    /// <summary>Somebody else uses the volume; the message says who.</summary>
    public static readonly ErrorKind VolumeInUse = new("VolumeInUse", -32023, ErrorStatus.FailedPrecondition, retryable: true);

    /// <summary>The policy's quota would be exceeded.</summary>
    public static readonly ErrorKind QuotaExceeded = new("QuotaExceeded", -32024, ErrorStatus.ResourceExhausted);

    /// <summary>The datastore has no room.</summary>
    public static readonly ErrorKind DatastoreFull = new("DatastoreFull", -32024, ErrorStatus.ResourceExhausted);

    /// <summary>A size that cannot be: zero, smaller than before, over the limit.</summary>
    public static readonly ErrorKind SizeOutOfRange = new("SizeOutOfRange", -32025, ErrorStatus.OutOfRange);

    /// <summary>The host lacks the tool, or the datastore's type does not support it.</summary>
    public static readonly ErrorKind CapabilityMissing = new("CapabilityMissing", -32026, ErrorStatus.Unimplemented);

    /// <summary>A tool of the host failed in a way that has no kind of its own.</summary>
    public static readonly ErrorKind ToolFailed = new("ToolFailed", -32030, ErrorStatus.Internal);

    /// <summary>A tool of the host did not end in its time and was stopped.</summary>
    public static readonly ErrorKind ToolTimeout = new("ToolTimeout", -32031, ErrorStatus.DeadlineExceeded, retryable: true);

    /// <summary>A volume's metadata cannot be read; it is listed and can be repaired or removed.</summary>
    public static readonly ErrorKind MetadataDamaged = new("MetadataDamaged", -32032, ErrorStatus.DataLoss);

    /// <summary>A limit on connections, requests or rate is reached; <c>retryAfterMs</c> says when to try again.</summary>
    public static readonly ErrorKind TooBusy = new("TooBusy", -32040, ErrorStatus.ResourceExhausted, retryable: true);

    /// <summary>The agent is on its way down.</summary>
    public static readonly ErrorKind ShuttingDown = new("ShuttingDown", -32041, ErrorStatus.Unavailable, retryable: true);

    /// <summary>Every kind of this protocol version, in the table's order.</summary>
    public static IReadOnlyList<ErrorKind> All { get; } =
    [
        ParseError, InvalidRequest, MethodNotFound, InvalidParams, InternalError, FrameTooLarge, ServerNotInitialized, ProtocolMismatch,
        RequestCancelled, DeadlineExceeded, AccessDenied, PeerUnidentified, VolumeNotFound, SidecarNotFound, DatastoreNotFound,
        VsiNodeNotFound, VolumeAlreadyExists, SidecarAlreadyExists, OperationConflict, VolumeInUse, QuotaExceeded, DatastoreFull,
        SizeOutOfRange, CapabilityMissing, ToolFailed, ToolTimeout, MetadataDamaged, TooBusy, ShuttingDown,
    ];

    private ErrorKind(string name, int code, string status, bool retryable = false)
    {
        Name = name;
        Code = code;
        Status = status;
        Retryable = retryable;
    }

    /// <summary>The stable name: <c>data.kind</c> on the wire and the error id in PowerShell.</summary>
    public string Name { get; }

    /// <summary>The JSON-RPC error code. Several kinds may share one.</summary>
    public int Code { get; }

    /// <summary>The status word that gRPC and CSI use, see <see cref="ErrorStatus"/>.</summary>
    public string Status { get; }

    /// <summary>True where the same request may succeed later without any change.</summary>
    public bool Retryable { get; }

    /// <summary>Finds a kind as it was received.</summary>
    /// <param name="name"><c>data.kind</c>; null where the peer sent none.</param>
    /// <param name="code">The JSON-RPC code.</param>
    /// <param name="status"><c>data.status</c>, kept for a kind that this version does not know.</param>
    /// <param name="retryable"><c>data.retryable</c>, kept likewise.</param>
    public static ErrorKind Of(string? name, int code, string? status = null, bool retryable = false)
    {
        foreach (ErrorKind kind in All)
        {
            if (name is null ? kind.Code == code : kind.Name == name)
            {
                return kind;
            }
        }

        return new ErrorKind(name ?? "Unknown", code, status ?? ErrorStatus.Internal, retryable);
    }

    /// <inheritdoc/>
    public bool Equals(ErrorKind? other) => other is not null && other.Name == Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ErrorKind);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
