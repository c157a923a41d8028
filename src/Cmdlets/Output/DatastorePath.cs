using System;

namespace EsxAgent;

/// <summary>Paths on the host's datastores, <c>/vmfs/volumes/UUID/…</c>.</summary>
internal static class DatastorePath
{
    private const string Mounts = "/vmfs/volumes/";

    /// <summary>The datastore's uuid in a path; null where it is no such path.</summary>
    public static string? UuidIn(string? path)
    {
        if (path is null || !path.StartsWith(Mounts, StringComparison.Ordinal))
        {
            return null;
        }

        int end = path.IndexOf('/', Mounts.Length);
        return end > Mounts.Length ? path[Mounts.Length..end] : null;
    }
}
