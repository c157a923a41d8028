using System;
using System.Collections.Generic;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary><c>-U</c>: removes the sidecars, the files with the data, and last the descriptor. It prints nothing.</summary>
internal static class DeleteVerb
{
    /// <summary>Runs one call.</summary>
    public static void Run(ToolCall call, VmkfstoolsArguments arguments)
    {
        call.Worked(0);
        using VirtualDisk disk = VirtualDisk.Open(call.Host, arguments.Path, writable: true);
        List<string> files = disk.Files();
        RefuseBusySidecars(files);
        for (int i = 0; i < files.Count; i++)
        {
            PosixFile.Delete(files[i]);
            call.Worked((i + 1) * 100 / files.Count);
        }
    }

    private static void RefuseBusySidecars(List<string> files)
    {
        foreach (string path in files.FindAll(one => one.EndsWith(SidecarList.Suffix, StringComparison.Ordinal)))
        {
            using PosixFile file = PosixFile.Open(path);
            if (!file.TryLock(exclusive: true))
            {
                throw new DiskException(ToolErrorCode.Busy);
            }
        }
    }
}
