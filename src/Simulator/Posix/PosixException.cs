using System.IO;
using System.Runtime.InteropServices;

namespace EsxAgent.Simulator.Posix;

/// <summary>A call of the C library that failed.</summary>
/// <param name="call">The call and what it was for, such as <c>open /a/b</c>.</param>
/// <param name="error">The number of the error.</param>
internal sealed class PosixException(string call, int error) : IOException($"{call}: {Marshal.GetPInvokeErrorMessage(error)}")
{
    /// <summary>The number of the error, such as <see cref="Errno.NoEntry"/>.</summary>
    public int Error { get; } = error;

    /// <summary>The error that the last call of this thread left.</summary>
    public static PosixException Last(string call) => new(call, Marshal.GetLastPInvokeError());
}
