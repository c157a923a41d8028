using System;

namespace EsxAgent.HostAgent.Posix;

/// <summary>A call of the C library on a file failed.</summary>
/// <param name="number">Errno.</param>
/// <param name="what">What was tried, for a person: "the file 'x' cannot be opened".</param>
internal sealed class PosixException(int number, string what) : Exception($"{what} ({Errno.Describe(number)})")
{
    /// <summary>Errno.</summary>
    public int Number => number;
}
