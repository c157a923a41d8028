namespace EsxAgent.Simulator.Posix;

/// <summary>Numbers of errors, the same on every processor that Linux runs on.</summary>
internal static class Errno
{
    /// <summary>No such file or directory.</summary>
    public const int NoEntry = 2;

    /// <summary>A call was interrupted by a signal.</summary>
    public const int Interrupted = 4;

    /// <summary>Input/output error.</summary>
    public const int InputOutput = 5;

    /// <summary>No such device or address; also: no data behind the offset of a seek.</summary>
    public const int NoSuchAddress = 6;

    /// <summary>It would have to wait; also: somebody else holds the lock.</summary>
    public const int WouldBlock = 11;

    /// <summary>Device or resource busy.</summary>
    public const int Busy = 16;

    /// <summary>The file exists.</summary>
    public const int Exists = 17;

    /// <summary>The two places are on different file systems.</summary>
    public const int CrossDevice = 18;

    /// <summary>A part of a path is no directory.</summary>
    public const int NotDirectory = 20;

    /// <summary>Invalid argument.</summary>
    public const int Invalid = 22;

    /// <summary>The file would become larger than the file system can hold.</summary>
    public const int FileTooLarge = 27;

    /// <summary>No space left.</summary>
    public const int NoSpace = 28;

    /// <summary>Operation not supported.</summary>
    public const int NotSupported = 95;

    /// <summary>The quota of the user is used up.</summary>
    public const int QuotaExceeded = 122;
}
