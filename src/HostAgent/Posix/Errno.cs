using System.Runtime.InteropServices;

namespace EsxAgent.HostAgent.Posix;

/// <summary>The error numbers that the agent decides by, and a word for each that a person may meet.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int NoSuchProcess = 3;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoDeviceOrAddress = 6;
    public const int Again = 11;
    public const int OutOfMemory = 12;
    public const int AccessDenied = 13;
    public const int Busy = 16;
    public const int Exists = 17;
    public const int NoSuchDevice = 19;
    public const int NotDirectory = 20;
    public const int IsDirectory = 21;
    public const int InvalidArgument = 22;
    public const int TooManyInSystem = 23;
    public const int TooManyOpen = 24;
    public const int FileTooLarge = 27;
    public const int NoSpace = 28;
    public const int IllegalSeek = 29;
    public const int ReadOnly = 30;
    public const int NameTooLong = 36;
    public const int NotImplemented = 38;
    public const int NotEmpty = 39;
    public const int TooManyLinks = 40;
    public const int NoProtocolOption = 92;
    public const int NotSupported = 95;
    public const int FamilyNotSupported = 97;
    public const int AddressInUse = 98;
    public const int AddressNotAvailable = 99;
    public const int ConnectionAborted = 103;
    public const int ConnectionReset = 104;
    public const int NoBuffers = 105;
    public const int ConnectionRefused = 111;
    public const int QuotaExceeded = 122;

    /// <summary>The number that the last call of this thread left.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>A few words for a person.</summary>
    public static string Describe(int number) => number switch
    {
        NotPermitted => "operation not permitted",
        NoEntry => "no such file or directory",
        InputOutput => "input/output error",
        NoSuchDevice => "no such device",
        OutOfMemory => "out of memory",
        AccessDenied => "permission denied",
        Busy => "it is in use",
        Exists => "it exists already",
        NotDirectory => "not a directory",
        IsDirectory => "it is a directory",
        NotEmpty => "the directory is not empty",
        TooManyInSystem => "too many open files in the system",
        TooManyOpen => "too many open files",
        FileTooLarge => "the file would be too large",
        NoSpace or QuotaExceeded => "no space left",
        IllegalSeek => "it is no regular file",
        ReadOnly => "the file system is read-only",
        NameTooLong => "the name is too long",
        NotImplemented => "this system does not have the call",
        TooManyLinks => "it is a symbolic link, or too many of them",
        FamilyNotSupported => "this system does not support the address family",
        AddressInUse => "address in use",
        AddressNotAvailable => "address not available",
        _ => $"error {number}",
    };
}
