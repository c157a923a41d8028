using System.IO;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Sidecars;

/// <summary><c>diskTool --sidecar</c>: the sidecars of a disk. Other options of the real tool are not known here.</summary>
internal static class DiskTool
{
    /// <summary>Runs one call.</summary>
    public static int Run(ToolCall call)
    {
        string action = "read the arguments";
        try
        {
            try
            {
                if (SidecarArguments.Parse(call.Arguments, out string problem) is not { } arguments)
                {
                    return call.Fail(problem.Length == 0 ? SidecarArguments.Usage : $"{problem}\n{SidecarArguments.Usage}");
                }

                action = ActionOf(arguments);
                return Run(call, arguments);
            }
            catch (PosixException failed)
            {
                throw DiskException.From(failed);
            }
        }
        catch (DiskException failed)
        {
            call.Output.Flush();
            return call.Fail(failed.Line("open disk", action));
        }
    }

    /// <summary>The sidecar's file that a call is about, as a path that a tool may be given; the disk's where it is about none.</summary>
    public static string FileOf(ToolCall call)
    {
        try
        {
            if (SidecarArguments.Parse(call.Arguments, out _) is { } arguments && DiskPlace.Find(call.Host, arguments.Disk) is { } place)
            {
                return arguments.Key.Length == 0
                    ? place.FullPath
                    : Path.Combine(place.Directory, SidecarList.FileName(place.BaseName, arguments.Key));
            }
        }
        catch (DiskException)
        {
            // The arguments make no sense: the last one has to do.
        }

        return call.Arguments.Length == 0 ? "" : call.Arguments[^1];
    }

    private static int Run(ToolCall call, SidecarArguments arguments)
    {
        bool writes = arguments.Operation is not ("read" or "readString" or "enum");
        call.Worked(0);
        using VirtualDisk disk = VirtualDisk.Open(call.Host, arguments.Disk, writes);
        if (!disk.Place.Datastore.HasSidecars)
        {
            throw new DiskException(ToolErrorCode.NotSupported);
        }

        var sidecars = new SidecarSet(call, disk);
        switch (arguments.Operation)
        {
            case "create":
                sidecars.Create(arguments.Key, arguments.Size, opensExisting: false);
                break;
            case "forcecreate":
                sidecars.Create(arguments.Key, arguments.Size, opensExisting: true);
                break;
            case "resize":
                sidecars.Resize(arguments.Key, arguments.Size);
                break;
            case "delete":
                sidecars.Delete(arguments.Key);
                break;
            case "deleteall":
                sidecars.DeleteAll();
                break;
            case "enum":
                sidecars.Print();
                break;
            case "updateDDB":
                sidecars.UpdateDatabase();
                break;
            case "write":
                SidecarContent.Fill(call, disk, arguments);
                break;
            case "writeString":
                SidecarContent.WriteText(call, disk, arguments);
                break;
            default:
                if (!SidecarContent.Equals(disk, arguments))
                {
                    return call.Fail($"The content of sidecar '{arguments.Key}' differs.");
                }

                call.Print($"The content of sidecar '{arguments.Key}' is the same.\n");
                break;
        }

        return ExitStatus.Success;
    }

    private static string ActionOf(SidecarArguments arguments) => arguments.Operation switch
    {
        "enum" => "list the sidecars",
        "deleteall" => "delete the sidecars",
        "updateDDB" => "update the disk database",
        "forcecreate" => $"create sidecar '{arguments.Key}'",
        "writeString" => $"write sidecar '{arguments.Key}'",
        "readString" => $"read sidecar '{arguments.Key}'",
        var operation => $"{operation} sidecar '{arguments.Key}'",
    };
}
