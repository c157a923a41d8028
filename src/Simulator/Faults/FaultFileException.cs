using System;

namespace EsxAgent.Simulator.Faults;

/// <summary>A mistake in <c>faults.json</c>.</summary>
/// <param name="line">The line, from 1.</param>
/// <param name="reason">What is wrong.</param>
internal sealed class FaultFileException(long line, string reason) : Exception(reason)
{
    /// <summary>The line, from 1.</summary>
    public long Line { get; } = line;
}
