using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Volumes.Store;

/// <summary>Looks through every group on every datastore once, when the agent starts.</summary>
internal static class RecoverySweep
{
    /// <summary>Looks. A datastore or group that cannot be looked at is named in the log and passed over.</summary>
    public static void Run(DatastoreDirectories datastores, Recovery recovery, AgentLog log)
    {
        List<DatastoreName> all;
        try
        {
            all = datastores.All();
        }
        catch (Exception e) when (e is OperationException or PosixException)
        {
            log.Write($"nothing to recover: {e.Message}");
            return;
        }

        foreach (DatastoreName datastore in all)
        {
            try
            {
                Run(datastores, datastore, recovery);
            }
            catch (Exception e) when (e is OperationException or PosixException)
            {
                log.Write($"could not look for unfinished changes on '{datastore.Name}': {e.Message}");
            }
        }
    }

    private static void Run(DatastoreDirectories datastores, DatastoreName datastore, Recovery recovery)
    {
        using DirectoryHandle mount = datastores.Open(datastore);
        using DirectoryHandle? root = mount.TryOpenDirectory(GroupDirectory.Top);
        foreach (string group in root is null ? [] : new List<string>(root.Names()))
        {
            if (group[0] == '.' || root!.TryStat(group) is not { IsDirectory: true })
            {
                continue;
            }

            using GroupDirectory? place = GroupDirectory.TryOpen(datastores, datastore, group);
            if (place is not null)
            {
                recovery.Sweep(place);
                OperationRecords.Forget(place);
            }
        }
    }
}
