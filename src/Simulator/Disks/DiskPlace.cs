using System;
using System.IO;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Disks;

/// <summary>Where a path that a tool was given leads to. It may name the volume by label or by uuid, or be relative to the working directory.</summary>
/// <param name="Given">The path as it was given.</param>
/// <param name="FullPath">The path on this machine, without links.</param>
/// <param name="Datastore">The datastore that it lies on.</param>
/// <param name="InDatastore">The path below the datastore, with a slash at its beginning; empty for the datastore itself.</param>
internal sealed record DiskPlace(string Given, string FullPath, Datastore Datastore, string InDatastore)
{
    /// <summary>
    /// The directory that it lies in. Of a file in the working directory it is that directory, whatever its path leads to by then: a link that is planted above it
    /// while the tool runs must not lead the tool elsewhere.
    /// </summary>
    public string Directory => IsInWorkingDirectory ? "." : Path.GetDirectoryName(FullPath)!;

    /// <summary>The path to open it by.</summary>
    public string OpenPath => IsInWorkingDirectory ? Path.GetFileName(FullPath) : FullPath;

    /// <summary>Whether it was given as a name alone, which is no link.</summary>
    private bool IsInWorkingDirectory => Path.GetDirectoryName(Given) is "" or "." && Path.GetFileName(Given) == Path.GetFileName(FullPath);

    /// <summary>The path as a host names it, by the volume's uuid.</summary>
    public string HostPath => Datastore.MountPoint + InDatastore;

    /// <summary>The name without <c>.vmdk</c>: what the names of the other files of a disk begin with.</summary>
    public string BaseName => Path.GetFileName(FullPath) is var name && name.EndsWith(".vmdk", StringComparison.Ordinal) ? name[..^5] : name;

    /// <summary>Finds a place. The directory must be there; a file need not be.</summary>
    /// <returns>Null where it lies on no accessible datastore.</returns>
    public static DiskPlace? Find(HostDirectory host, string given)
    {
        string mapped = host.Map(given);
        string? full = RealPath.Of(mapped);
        if (full is null && Path.GetDirectoryName(mapped) is { } parent && RealPath.Of(parent) is { } directory)
        {
            full = Path.Combine(directory, Path.GetFileName(mapped));
        }

        if (full is null || RealPath.Of(host.Volumes) is not { } volumes || !full.StartsWith(volumes + "/", StringComparison.Ordinal))
        {
            return null;
        }

        string uuid = full[(volumes.Length + 1)..].Split('/')[0];
        foreach (Datastore one in Datastore.ReadAll(host))
        {
            if (one.Accessible && one.Uuid == uuid)
            {
                return new DiskPlace(given, full, one, full[(volumes.Length + 1 + uuid.Length)..]);
            }
        }

        return null;
    }
}
