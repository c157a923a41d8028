using System;
using System.IO;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary>Which datastore a path lies on.</summary>
internal static class DatastoreOfPath
{
    /// <summary>
    /// Finds the datastore of an existing path. The path may name the volume by label or by uuid, as the host sees it (<c>/vmfs/volumes/…</c>)
    /// or as it lies on this machine.
    /// </summary>
    /// <returns>Null where the path does not exist, or lies on no accessible datastore.</returns>
    public static Datastore? Find(HostDirectory host, string path)
    {
        string mapped = host.Map(path);
        if (!Path.Exists(mapped) || !mapped.StartsWith(host.Volumes + "/", StringComparison.Ordinal))
        {
            return null;
        }

        string volume = mapped[(host.Volumes.Length + 1)..].Split('/')[0];
        foreach (Datastore one in Datastore.ReadAll(host))
        {
            if (one.Accessible && (volume == one.Uuid || (one.Name.Length > 0 && volume == one.Name)))
            {
                return one;
            }
        }

        return null;
    }
}
