using System.Collections.Generic;
using System.Runtime.InteropServices;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Disks;

/// <summary>
/// The numbers at the end of the error lines of vmkfstools and diskTool. Readers go by the number; the sentences beside it change.
/// </summary>
internal static class ToolErrorCode
{
    /// <summary>The kind of disk has no support for what was asked.</summary>
    public const int WrongDiskType = 7;

    /// <summary>Not enough space on the datastore.</summary>
    public const int NoSpace = 13;

    /// <summary>The file is no descriptor of a disk.</summary>
    public const int NotADisk = 15;

    /// <summary>No such file.</summary>
    public const int NotFound = 25;

    /// <summary>The file already exists.</summary>
    public const int AlreadyExists = 39;

    /// <summary>No such object below an existing one.</summary>
    public const int ObjectNotFound = 63;

    /// <summary>Somebody else has the file open.</summary>
    public const int Locked = 16392;

    /// <summary>Input/output error.</summary>
    public const int InputOutput = 327689;

    /// <summary>Device or resource busy: a sidecar is open already.</summary>
    public const int Busy = (Errno.Busy << 16) + SystemClass;

    /// <summary>The two places lie on different datastores.</summary>
    public const int CrossDevice = (Errno.CrossDevice << 16) + SystemClass;

    /// <summary>Invalid argument.</summary>
    public const int InvalidArgument = 1441794;

    /// <summary>The datastore cannot do it.</summary>
    public const int NotSupported = (Errno.NotSupported << 16) + SystemClass;

    // A large code is the number of a system error in the upper half, and a class in the lower one.
    private const int SystemClass = 9;

    private static readonly Dictionary<int, string> Reasons = new()
    {
        [WrongDiskType] = "Unsupported or invalid disk type",
        [NoSpace] = "There is not enough space on the file system for the selected operation",
        [NotADisk] = "The file specified is not a virtual disk",
        [NotFound] = "The system cannot find the file specified",
        [AlreadyExists] = "The file already exists",
        [ObjectNotFound] = "The object could not be found",
        [Locked] = "Failed to lock the file",
        [InputOutput] = "Input/output error",
        [InvalidArgument] = "One of the parameters supplied is invalid",
    };

    /// <summary>The sentence beside a number.</summary>
    public static string Reason(int code)
    {
        if (Reasons.TryGetValue(code, out string? reason))
        {
            return reason;
        }

        return code >> 16 is > 0 and int error && (code & 0xffff) == SystemClass ? Marshal.GetPInvokeErrorMessage(error) : "Error";
    }

    /// <summary>The number that the tools give a system error.</summary>
    public static int Of(int error) => error switch
    {
        Errno.NoEntry or Errno.NotDirectory => NotFound,
        Errno.Exists => AlreadyExists,
        Errno.NoSpace or Errno.QuotaExceeded => NoSpace,
        Errno.Invalid => InvalidArgument,
        _ => (error << 16) + SystemClass,
    };
}
