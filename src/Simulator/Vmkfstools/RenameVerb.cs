using System;
using System.Collections.Generic;
using System.IO;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary>
/// <c>-E</c>: the new descriptor takes the new name, then the other files follow, and last the old descriptor goes. It prints nothing.
/// </summary>
internal static class RenameVerb
{
    /// <summary>Runs one call.</summary>
    public static void Run(ToolCall call, VmkfstoolsArguments arguments)
    {
        call.Worked(0);
        using VirtualDisk disk = VirtualDisk.Open(call.Host, arguments.Value, writable: true);
        using NewDisk renamed = NewDisk.At(call.Host, arguments.Path);
        if (renamed.Place.Datastore.Uuid != disk.Place.Datastore.Uuid)
        {
            throw new DiskException(ToolErrorCode.CrossDevice);
        }

        DiskDescriptor descriptor = disk.Descriptor.Copy();
        List<(string From, string To)> moves = Moves(disk, renamed.Place, descriptor, HostFacts.Read(call.Host).Disks);
        foreach ((_, string to) in moves)
        {
            if (FileStatus.Of(to) is not null)
            {
                throw new DiskException(ToolErrorCode.AlreadyExists);
            }
        }

        renamed.MakeDescriptor(descriptor);
        renamed.Keep();
        call.Worked(20);
        for (int i = 0; i < moves.Count; i++)
        {
            PosixFile.Move(moves[i].From, moves[i].To);
            call.Worked(20 + ((i + 1) * 60 / moves.Count));
        }

        PosixFile.Delete(disk.Place.OpenPath);
        call.Worked(100);
    }

    /// <summary>The files to rename; the descriptor gets their new names.</summary>
    private static List<(string From, string To)> Moves(VirtualDisk disk, DiskPlace place, DiskDescriptor descriptor, DiskSettings settings)
    {
        var moves = new List<(string From, string To)>();
        string NewName(string name)
        {
            string plain = Path.GetFileName(name);
            string after = plain.StartsWith(disk.Place.BaseName, StringComparison.Ordinal)
                ? place.BaseName + plain[disk.Place.BaseName.Length..]
                : $"{place.BaseName}-{plain}";
            moves.Add((disk.PathOf(name), Path.Combine(place.Directory, after)));
            return after;
        }

        for (int i = 0; i < descriptor.Extents.Count; i++)
        {
            descriptor.Extents[i] = descriptor.Extents[i] with { FileName = NewName(descriptor.Extents[i].FileName) };
        }

        if (descriptor.ChangeTrackPath is { } tracking)
        {
            descriptor.ChangeTrackPath = NewName(tracking);
        }

        List<(string Key, string FileName)> sidecars = SidecarList.Read(descriptor, disk.Place.Given);
        SidecarList.Write(descriptor, sidecars.ConvertAll(one => (one.Key, NewName(one.FileName))), settings);
        return moves;
    }
}
