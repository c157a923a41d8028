using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Tools;

/// <summary>Makes errors of what tools did.</summary>
internal static class ToolFailure
{
    /// <summary>A tool that ended with another status than 0, or by a signal.</summary>
    public static OperationException Ended(string tool, ToolOutput output) => new(new WireError(ErrorKind.ToolFailed, output.Signal is int signal
        ? $"The host's tool '{tool}' was ended by signal {signal}."
        : $"The host's tool '{tool}' failed with status {output.ExitStatus}.")
    {
        ToolExitCode = output.ExitStatus,
        ToolError = output.ErrorText,
    });

    /// <summary>A tool that succeeded and whose output makes no sense; what it complained of meanwhile may tell more.</summary>
    public static OperationException NotUnderstood(string tool, string why, ToolOutput output) =>
        new(new WireError(ErrorKind.ToolFailed, $"The host's tool '{tool}' printed something that cannot be read: {why}.") { ToolError = output.ErrorText });
}
