using System;
using System.Collections.Generic;
using EsxAgent.Simulator.Faults;

namespace EsxAgent.Simulator.Vsish;

/// <summary>
/// <c>vsish</c> without arguments: a shell with the prompt <c>/&gt; </c> or <c>/userworld/cartel/&gt; </c>. It reads a command a line; errors go to
/// standard error and it goes on; the end of input ends it with success.
/// </summary>
internal static class VsishShell
{
    private const string Help = """
        cat <node>    print the value of a node
        cd [<node>]   go to a directory; without one to /; .. is the directory above
        exit          leave
        get <node>    print the value of a node
        help          print this
        ls [<node>]   list a directory
        pwd           print the current directory
        quit          leave

        """;

    /// <summary>Runs until the end of input or until it is told to leave.</summary>
    public static int Run(ToolCall call)
    {
        var lines = new InputLines(call.Input);
        var current = new List<string>();
        while (true)
        {
            call.Error.Flush();
            call.Print(Prompt(current));
            call.Output.Flush();
            if (lines.Next() is not { } line)
            {
                return ExitStatus.Success;
            }

            if (!Execute(call, ref current, line))
            {
                return ExitStatus.Success;
            }
        }
    }

    private static string Prompt(List<string> current) => current.Count == 0 ? "/> " : VsiPath.Join(current) + "/> ";

    private static bool Execute(ToolCall call, ref List<string> current, string line)
    {
        string text = line.Trim();
        int blank = text.IndexOf(' ', StringComparison.Ordinal);
        string word = blank < 0 ? text : text[..blank];
        string? path = blank < 0 ? null : text[(blank + 1)..].Trim();
        switch (word)
        {
            case "":
                return true;
            case "quit" or "exit":
                return false;
            case "help" or "?":
                call.Print(Help);
                return true;
            case "pwd":
                call.Print(VsiPath.Join(current) + "\n");
                return true;
            case "cd":
                current = Change(call, current, path);
                return true;
            default:
                Ask(call, current, word, path);
                return true;
        }
    }

    private static void Ask(ToolCall call, List<string> current, string word, string? path)
    {
        // The same arguments as a call of its own would have, with the whole path: a fault is written once for both ways.
        string? node = VsiPath.Split(current, path ?? "") is { } parts ? VsiPath.Join(parts) : path;
        string arguments = node is null ? $"-e {word}" : $"-e {word} {node}";
        FaultRunner.Run(call, arguments, faulty => VsishTool.Execute(faulty, current, word, path));
    }

    private static List<string> Change(ToolCall call, List<string> current, string? path)
    {
        if (path is null)
        {
            return [];
        }

        if (path is ".." or "../")
        {
            return current.Count == 0 ? current : current[..^1];
        }

        if (VsiPath.Split(current, path) is { } parts && new VsiTree(call.Host.Vsi).IsDirectory(parts))
        {
            return parts;
        }

        call.Complain("VSISHCmdCdInt():mal-formed path");
        return current;
    }
}
