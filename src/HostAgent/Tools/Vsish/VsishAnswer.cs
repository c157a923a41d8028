using System;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>
/// Judges what vsish said, the same whichever way it was asked: the status of a process alone cannot be trusted on every release, and its shell has none.
/// </summary>
internal static class VsishAnswer
{
    /// <summary>
    /// Bytes that an answer may have. Nodes print a few kilobytes; at this size the text and its typed form together still fit into one frame whatever they
    /// hold.
    /// </summary>
    public const int MaxText = 256 << 10;

    /// <summary>Bytes that a listing may have: some 50 000 names.</summary>
    public const int MaxListing = 1 << 20;

    /// <summary>What a release may say of a node that it does not have; the wording is not documented.</summary>
    private static readonly string[] s_wordsForMissing =
        ["not found", "no such", "extraneous", "mal-formed path", "malformed path", "bad path", "invalid path"];

    /// <summary>True where an answer says that it is a failure: a line on standard error, and nothing else. With an answer before it, it is a banner.</summary>
    public static bool IsFailure(ToolOutput output) => output.Output.Length == 0 && output.ErrorText is not null;

    /// <summary>Lets a good answer pass, and makes an error of every other one.</summary>
    /// <param name="command">What was asked.</param>
    /// <param name="node">Of which node.</param>
    /// <param name="output">What came; disposed of where it is not good.</param>
    /// <exception cref="OperationException"><c>VsiNodeNotFound</c>, <c>SizeOutOfRange</c> or <c>ToolFailed</c>.</exception>
    public static ToolOutput Accept(VsishCommand command, string node, ToolOutput output)
    {
        int most = command == VsishCommand.Get ? MaxText : MaxListing;
        if (output.Succeeded && !IsFailure(output) && output.Output.Length <= most)
        {
            return output;
        }

        using (output)
        {
            throw new OperationException(
                IsFailure(output) && output.Signal is null ? ErrorOf(command, node, output.ErrorText!)
                : output.Succeeded ? TooLarge(node, output.Output.Length, most)
                : ToolFailure.Ended(ToolNames.Vsish, output).Error with { Target = node });
        }
    }

    /// <summary>No exit status here: an answer of the shell has none, and the two ways must not differ.</summary>
    private static WireError ErrorOf(VsishCommand command, string node, string text)
    {
        bool isMissing = Array.Exists(s_wordsForMissing, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
        return isMissing
            ? new WireError(ErrorKind.VsiNodeNotFound, $"The host has no vsish {command.Target} '{node}'.") { Target = node, ToolError = text }
            : new WireError(ErrorKind.ToolFailed, $"The host's tool 'vsish' could not read '{node}'.") { Target = node, ToolError = text };
    }

    private static WireError TooLarge(string node, int length, int most) =>
        new(ErrorKind.SizeOutOfRange, $"The vsish node '{node}' prints {length} bytes; at most {most} are answered.") { Target = node };
}
