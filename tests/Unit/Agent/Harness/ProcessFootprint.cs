using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace EsxAgent.Tests.Agent;

/// <summary>What a process holds, as the kernel counts it.</summary>
/// <param name="Descriptors">Open descriptors.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Children">Children, also those that have ended and were not waited for.</param>
internal sealed record ProcessFootprint(int Descriptors, int Threads, int Children)
{
    /// <summary>Counts.</summary>
    public static ProcessFootprint Of(int process) => new(
        Directory.GetFileSystemEntries($"/proc/{process}/fd").Length,
        Directory.GetFileSystemEntries($"/proc/{process}/task").Length,
        ChildrenOf(process).Count);

    /// <summary>Memory of a process that is in use and in memory. Asked from outside: the process itself may have no <c>/proc</c>.</summary>
    public static long ResidentBytesOf(int process) =>
        long.Parse(File.ReadAllText($"/proc/{process}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * System.Environment.SystemPageSize;

    /// <summary>Ids of the children of a process.</summary>
    public static IReadOnlyList<int> ChildrenOf(int process) =>
        Matching(directory => ParentOf(directory) == process);

    /// <summary>Ids of the processes that run in a directory, whoever their parent is; what has ended and was not waited for is not among them.</summary>
    public static IReadOnlyList<int> RunningIn(string directory) =>
        Matching(process => WorkingDirectoryOf(process) == directory);

    /// <summary>The command line of a process with blanks between its words; empty where it has ended.</summary>
    public static string CommandOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    private static List<int> Matching(Func<string, bool> isWanted)
    {
        var found = new List<int>();
        foreach (string directory in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && isWanted(directory))
            {
                found.Add(id);
            }
        }

        return found;
    }

    private static string? WorkingDirectoryOf(string process)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended while it was looked at, or has ended before.
            return null;
        }
    }

    private static int? ParentOf(string directory)
    {
        try
        {
            // The name of the program stands in brackets and may hold anything; state and parent follow the last bracket.
            string stat = File.ReadAllText(Path.Combine(directory, "stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It ended while it was looked at.
            return null;
        }
    }
}
