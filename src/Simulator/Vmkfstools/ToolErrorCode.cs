using System.Collections.Generic;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary>
/// The numbers at the end of the error lines of vmkfstools and diskTool. Readers go by the number; the sentences beside it change.
/// </summary>
internal static class ToolErrorCode
{
    /// <summary>Not enough space on the datastore.</summary>
    public const int NoSpace = 13;

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

    /// <summary>Invalid argument.</summary>
    public const int InvalidArgument = 1441794;

    private static readonly Dictionary<int, string> Reasons = new()
    {
        [NoSpace] = "There is not enough space on the file system for the selected operation",
        [NotFound] = "The system cannot find the file specified",
        [AlreadyExists] = "The file already exists",
        [ObjectNotFound] = "The object could not be found",
        [Locked] = "Failed to lock the file",
        [InputOutput] = "Input/output error",
        [InvalidArgument] = "One of the parameters supplied is invalid",
    };

    /// <summary>The sentence beside a number.</summary>
    public static string Reason(int code) => Reasons.GetValueOrDefault(code, "Error");
}
