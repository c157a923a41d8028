using System.Management.Automation;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.Errors;

/// <summary>The category that follows from an error's kind. A kind of a newer agent goes by its status word.</summary>
internal static class ErrorCategories
{
    public static ErrorCategory Of(ErrorKind kind) => kind.Name switch
    {
        nameof(ErrorKind.ParseError) or nameof(ErrorKind.InvalidRequest) or nameof(ErrorKind.MethodNotFound) or nameof(ErrorKind.FrameTooLarge)
            or nameof(ErrorKind.ServerNotInitialized) or nameof(ErrorKind.ProtocolMismatch) => ErrorCategory.ProtocolError,
        nameof(ErrorKind.VolumeInUse) => ErrorCategory.ResourceBusy,
        nameof(ErrorKind.QuotaExceeded) => ErrorCategory.QuotaExceeded,
        _ => OfStatus(kind.Status),
    };

    public static ErrorCategory Of(ConnectionFailure failure) => failure switch
    {
        ConnectionFailure.Silent => ErrorCategory.OperationTimeout,
        ConnectionFailure.NotAdministrator or ConnectionFailure.Refused => ErrorCategory.PermissionDenied,
        ConnectionFailure.ProtocolMismatch or ConnectionFailure.NotAnAgent => ErrorCategory.ProtocolError,
        _ => ErrorCategory.ConnectionError,
    };

    private static ErrorCategory OfStatus(string status) => status switch
    {
        ErrorStatus.InvalidArgument or ErrorStatus.OutOfRange => ErrorCategory.InvalidArgument,
        ErrorStatus.NotFound => ErrorCategory.ObjectNotFound,
        ErrorStatus.AlreadyExists => ErrorCategory.ResourceExists,
        ErrorStatus.Aborted => ErrorCategory.ResourceBusy,
        ErrorStatus.PermissionDenied or ErrorStatus.Unauthenticated => ErrorCategory.PermissionDenied,
        ErrorStatus.ResourceExhausted => ErrorCategory.LimitsExceeded,
        ErrorStatus.DeadlineExceeded => ErrorCategory.OperationTimeout,
        ErrorStatus.Unavailable => ErrorCategory.ConnectionError,
        ErrorStatus.Cancelled => ErrorCategory.OperationStopped,
        _ => ErrorCategory.NotSpecified,
    };
}
