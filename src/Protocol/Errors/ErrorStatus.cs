namespace EsxAgent.Protocol.Errors;

/// <summary>The status words of gRPC and CSI that <c>data.status</c> uses.</summary>
public static class ErrorStatus
{
    /// <summary>The request itself is wrong, whatever the state of the host.</summary>
    public const string InvalidArgument = "INVALID_ARGUMENT";

    /// <summary>The host cannot do it.</summary>
    public const string Unimplemented = "UNIMPLEMENTED";

    /// <summary>Something broke on the host.</summary>
    public const string Internal = "INTERNAL";

    /// <summary>The state of things does not allow it now.</summary>
    public const string FailedPrecondition = "FAILED_PRECONDITION";

    /// <summary>Cancelled by the caller.</summary>
    public const string Cancelled = "CANCELLED";

    /// <summary>Out of time.</summary>
    public const string DeadlineExceeded = "DEADLINE_EXCEEDED";

    /// <summary>The caller is known and may not.</summary>
    public const string PermissionDenied = "PERMISSION_DENIED";

    /// <summary>The caller is not known.</summary>
    public const string Unauthenticated = "UNAUTHENTICATED";

    /// <summary>There is no such thing.</summary>
    public const string NotFound = "NOT_FOUND";

    /// <summary>There is such a thing already.</summary>
    public const string AlreadyExists = "ALREADY_EXISTS";

    /// <summary>Two operations met.</summary>
    public const string Aborted = "ABORTED";

    /// <summary>No room, no quota, or too many at once.</summary>
    public const string ResourceExhausted = "RESOURCE_EXHAUSTED";

    /// <summary>A value outside of what can be.</summary>
    public const string OutOfRange = "OUT_OF_RANGE";

    /// <summary>Stored data is damaged.</summary>
    public const string DataLoss = "DATA_LOSS";

    /// <summary>Nobody serves at the moment.</summary>
    public const string Unavailable = "UNAVAILABLE";
}
