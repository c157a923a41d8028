using System;

namespace EsxAgent.Simulator;

/// <summary>An error that ends the call with one line on standard error and a status of its own.</summary>
/// <param name="status">The exit status, one of <see cref="ExitStatus"/>.</param>
/// <param name="message">One line: what is wrong and what to do.</param>
internal sealed class SimulatorException(int status, string message) : Exception(message)
{
    /// <summary>The exit status that the call ends with.</summary>
    public int Status { get; } = status;

    /// <summary>A wrong call of <c>esxsim</c>, or a request that it cannot fulfil.</summary>
    public static SimulatorException Usage(string message) => new(ExitStatus.Usage, message);

    /// <summary>A simulated host whose files are missing or broken.</summary>
    public static SimulatorException BrokenHost(string message) => new(ExitStatus.BrokenHost, message);
}
