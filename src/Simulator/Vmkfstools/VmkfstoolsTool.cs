using System.Collections.Generic;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary><c>vmkfstools</c>: <c>-P [-h] PATH</c> describes the file system that a path lies on.</summary>
internal static class VmkfstoolsTool
{
    private const string Usage = "vmkfstools: usage: vmkfstools -P|--queryfs [-h|--humanreadable] <path>";

    /// <summary>Runs one call.</summary>
    public static int Run(ToolCall call)
    {
        bool query = false;
        bool human = false;
        var paths = new List<string>();
        foreach (string argument in call.Arguments)
        {
            switch (argument)
            {
                case "-P" or "--queryfs":
                    query = true;
                    break;
                case "-h" or "--humanreadable":
                    human = true;
                    break;
                case "-Ph" or "-hP":
                    query = human = true;
                    break;
                default:
                    if (argument.StartsWith('-'))
                    {
                        return call.Fail($"vmkfstools: unrecognized option '{argument}'\n{Usage}");
                    }

                    paths.Add(argument);
                    break;
            }
        }

        return query && paths.Count == 1 ? Query(call, paths[0], human) : call.Fail(Usage);
    }

    private static int Query(ToolCall call, string path, bool human)
    {
        if (DatastoreOfPath.Find(call.Host, path) is not { } datastore)
        {
            return call.Fail($"Failed to open '{path}' : {ToolErrorCode.Reason(ToolErrorCode.NotFound)} ({ToolErrorCode.NotFound}).");
        }

        call.Print(VolumeReport.Text(datastore, datastore.FreeBytes(call.Host), human));
        return ExitStatus.Success;
    }
}
