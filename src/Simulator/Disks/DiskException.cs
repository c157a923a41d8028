using System;
using System.Globalization;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Disks;

/// <summary>A call of vmkfstools or diskTool that fails, with the number that it says.</summary>
/// <param name="code">The number, one of <see cref="ToolErrorCode"/>.</param>
/// <param name="opening">The disk that could not be opened, as it was given; null where the failure is another.</param>
internal sealed class DiskException(int code, string? opening = null) : Exception(ToolErrorCode.Reason(code))
{
    /// <summary>The number.</summary>
    public int Code { get; } = code;

    /// <summary>A failed call of the system, in the tools' own words.</summary>
    /// <param name="problem">What failed.</param>
    /// <exception cref="SimulatorException">It is no failure of a host: this machine cannot hold the file.</exception>
    public static DiskException From(PosixException problem) => problem.Error == Errno.FileTooLarge
        ? throw SimulatorException.BrokenHost($"{problem.Message}; the file system under the simulated host cannot hold so large a disk")
        : new DiskException(ToolErrorCode.Of(problem.Error));

    /// <summary>The error line.</summary>
    /// <param name="openWords">What the tool says where a disk cannot be opened, such as <c>open</c>.</param>
    /// <param name="action">What else was tried, such as <c>create virtual disk</c>.</param>
    public string Line(string openWords, string action) => string.Create(
        CultureInfo.InvariantCulture,
        $"Failed to {(opening is null ? action + ":" : $"{openWords} '{opening}' :")} {Message} ({Code}).");
}
