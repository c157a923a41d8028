using System.Runtime.InteropServices;

namespace EsxAgent.Client.Transports;

/// <summary>Linux error numbers (asm-generic), as x86-64 and arm64 have them.</summary>
internal static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int ENODEV = 19;
    public const int ENOTDIR = 20;
    public const int EPIPE = 32;
    public const int EPROTOTYPE = 91;
    public const int EPROTONOSUPPORT = 93;
    public const int ESOCKTNOSUPPORT = 94;
    public const int EAFNOSUPPORT = 97;
    public const int EADDRINUSE = 98;
    public const int ENETUNREACH = 101;
    public const int ECONNRESET = 104;
    public const int ENOBUFS = 105;
    public const int ETIMEDOUT = 110;
    public const int ECONNREFUSED = 111;
    public const int EHOSTUNREACH = 113;
    public const int EINPROGRESS = 115;

    /// <summary>The exception of a failed <c>connect</c>, <c>recv</c> or <c>send</c>.</summary>
    public static TransportException ToException(int number) => new(Meaning(number), Text(number));

    /// <summary>The system's own words.</summary>
    public static string Text(int number) => $"{Marshal.GetPInvokeErrorMessage(number)} (errno {number})";

    private static TransportError Meaning(int number) => number switch
    {
        ENOENT or ENOTDIR => TransportError.Missing,
        ECONNREFUSED => TransportError.Refused,
        ECONNRESET or EPIPE => TransportError.Reset,
        ETIMEDOUT => TransportError.TimedOut,
        EACCES or EPERM => TransportError.Denied,
        EADDRINUSE => TransportError.AddressInUse,
        ENOBUFS or ENOMEM => TransportError.NoBuffers,
        ENODEV or ENETUNREACH or EHOSTUNREACH => TransportError.UnknownContext,
        EAFNOSUPPORT or ESOCKTNOSUPPORT or EPROTONOSUPPORT => TransportError.FamilyUnsupported,
        EPROTOTYPE => TransportError.WrongType,
        _ => TransportError.Other,
    };
}
