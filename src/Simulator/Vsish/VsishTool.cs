using System.Collections.Generic;
using EsxAgent.Simulator.Faults;

namespace EsxAgent.Simulator.Vsish;

/// <summary>
/// <c>vsish</c>: <c>-e get|cat|ls NODE</c> for one command, without arguments a shell. Of the other options only that they exist is known here:
/// they are refused as an option that a build does not have.
/// </summary>
internal static class VsishTool
{
    private const string Usage = "usage: vsish [-e <command> [<node>]]";

    /// <summary>Runs one call.</summary>
    public static int Run(ToolCall call)
    {
        string[] arguments = call.Arguments;
        if (arguments.Length == 0)
        {
            return FaultRunner.RunExactly(call, "", static shell => VsishShell.Run(shell));
        }

        return FaultRunner.Run(call, call.JoinedArguments, static one => RunOne(one));
    }

    /// <summary>Carries out one command in a directory of the tree and prints its answer.</summary>
    /// <param name="call">The call; its streams take the answer.</param>
    /// <param name="current">The directory that relative paths start from.</param>
    /// <param name="command">The command's word.</param>
    /// <param name="path">The node; null for the current directory.</param>
    /// <returns>The exit status that a call of this one command has.</returns>
    public static int Execute(ToolCall call, IReadOnlyList<string> current, string command, string? path)
    {
        VsiAnswer answer = Answer(new VsiTree(call.Host.Vsi), current, command, path);
        call.Output.Write(answer.Output);
        call.Output.Flush();
        call.Error.Write(answer.Error);
        return answer.Status;
    }

    private static VsiAnswer Answer(VsiTree tree, IReadOnlyList<string> current, string command, string? path)
    {
        if (command is not ("get" or "cat" or "ls" or "set"))
        {
            return VsiAnswer.Bad($"VSISHCmd_Run():unknown command '{command}'");
        }

        if (command == "set")
        {
            return VsiAnswer.Bad("VSISHCmdSetInt():Set failed: Permission denied");
        }

        bool isList = command == "ls";
        if (path is null && !isList)
        {
            return VsiAnswer.Bad("VSISHCmdGetInt():missing path");
        }

        if (VsiPath.Split(current, path ?? "") is not { } parts)
        {
            return VsiAnswer.Bad($"VSISHCmd{(isList ? "List" : "Get")}Int():mal-formed path");
        }

        return isList ? tree.List(parts) : tree.Get(parts);
    }

    private static int RunOne(ToolCall call)
    {
        string[] arguments = call.Arguments;
        if (arguments[0] != "-e")
        {
            return arguments[0].StartsWith('-')
                ? call.Fail($"vsish: invalid option -- '{arguments[0].TrimStart('-')}'\n{Usage}")
                : call.Fail(Usage);
        }

        return arguments.Length is < 2 or > 3 && !(arguments.Length > 1 && arguments[1] == "set")
            ? call.Fail(Usage)
            : Execute(call, [], arguments[1], arguments.Length > 2 ? arguments[2] : null);
    }
}
