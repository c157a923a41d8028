using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary><c>vmkfstools</c>: virtual disks and the file systems that they lie on.</summary>
internal static class VmkfstoolsTool
{
    /// <summary>Runs one call.</summary>
    public static int Run(ToolCall call)
    {
        if (VmkfstoolsArguments.Parse(call.Arguments, out string problem) is not { } arguments)
        {
            return call.Fail(problem.Length == 0 ? VmkfstoolsArguments.Usage : $"{problem}\n{VmkfstoolsArguments.Usage}");
        }

        try
        {
            try
            {
                Run(call, arguments);
                return ExitStatus.Success;
            }
            catch (PosixException failed)
            {
                throw DiskException.From(failed);
            }
        }
        catch (DiskException failed)
        {
            call.Output.Flush();
            return call.Fail(failed.Line("open", ActionOf(arguments)));
        }
    }

    private static void Run(ToolCall call, VmkfstoolsArguments arguments)
    {
        switch (arguments.Verb)
        {
            case Verb.Create:
                CreateVerb.Run(call, arguments);
                break;
            case Verb.Clone:
                CloneVerb.Run(call, arguments);
                break;
            case Verb.Extend:
                ExtendVerb.Run(call, arguments);
                break;
            case Verb.Inflate:
                InflateVerb.Run(call, arguments);
                break;
            case Verb.Punch:
                PunchVerb.Run(call, arguments);
                break;
            case Verb.Rename:
                RenameVerb.Run(call, arguments);
                break;
            case Verb.Delete:
                DeleteVerb.Run(call, arguments);
                break;
            case Verb.Fix:
                FixVerb.Run(call, arguments);
                break;
            case Verb.ShowLock:
                call.Print(LockReport.Text(call.Host, arguments.Path));
                break;
            default:
                DiskPlace place = DiskPlace.Find(call.Host, arguments.Path) ?? throw new DiskException(ToolErrorCode.NotFound, arguments.Path);
                if (FileStatus.Of(place.OpenPath) is null)
                {
                    throw new DiskException(ToolErrorCode.NotFound, arguments.Path);
                }

                call.Print(VolumeReport.Text(place.Datastore, place.Datastore.FreeBytes(call.Host), arguments.IsHuman));
                break;
        }
    }

    private static string ActionOf(VmkfstoolsArguments arguments) => arguments.Verb switch
    {
        Verb.Create => "create virtual disk",
        Verb.Clone => "clone disk",
        Verb.Extend => "extend disk",
        Verb.Inflate => "inflate disk",
        Verb.Punch => "punch zeros",
        Verb.Rename => "rename virtual disk",
        Verb.Delete => "delete virtual disk",
        Verb.Fix => $"{arguments.Value} disk",
        _ => "query",
    };
}
