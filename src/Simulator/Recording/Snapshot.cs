using System;
using System.IO;
using System.IO.Compression;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.Recording;

/// <summary>
/// A recorded host: a zip archive as a guest exports it, or a directory with the same files. It holds <c>host.json</c>, <c>datastores.json</c>, <c>vms/</c>,
/// <c>vsi/</c> and <c>answers/</c>, as a simulated host has them; docs/simulator.md describes them.
/// </summary>
internal static class Snapshot
{
    private static readonly string[] Files = ["host.json", "datastores.json"];
    private static readonly string[] Folders = ["vms", "vsi", "answers"];

    /// <summary>Copies the files of a snapshot into a host. What else lies beside them is left where it is.</summary>
    /// <param name="path">The archive or directory.</param>
    /// <param name="host">The host.</param>
    /// <exception cref="SimulatorException">It is no snapshot.</exception>
    public static void Unpack(string path, HostDirectory host)
    {
        if (Directory.Exists(path))
        {
            CopyFolder(new DirectoryInfo(path), host.Root, isTop: true);
        }
        else if (File.Exists(path))
        {
            UnpackArchive(path, host.Root);
        }
        else
        {
            throw SimulatorException.Usage($"there is no snapshot '{path}'; 'Export-EsxHostSnapshot' in a guest writes one");
        }

        if (!File.Exists(host.HostFacts) || !File.Exists(host.Datastores))
        {
            throw NotSnapshot(path, "it has no host.json or no datastores.json");
        }
    }

    private static void UnpackArchive(string path, string root)
    {
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                string name = entry.FullName.TrimEnd('/');
                string[] parts = name.Split('/');
                if (!Array.TrueForAll(parts, IsName))
                {
                    throw NotSnapshot(path, $"'{entry.FullName}' is no name of a file in it");
                }

                if (!IsPart(parts))
                {
                    continue;
                }

                string place = Path.Combine(root, name);
                if (name.Length < entry.FullName.Length)
                {
                    Directory.CreateDirectory(place);
                }
                else
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                    entry.ExtractToFile(place);
                }
            }
        }
        catch (InvalidDataException problem)
        {
            throw NotSnapshot(path, problem.Message);
        }
    }

    private static void CopyFolder(DirectoryInfo from, string to, bool isTop)
    {
        foreach (FileSystemInfo entry in from.EnumerateFileSystemInfos())
        {
            // Links would lead to files that were never recorded.
            bool isLink = (entry.Attributes & FileAttributes.ReparsePoint) != 0;
            string place = Path.Combine(to, entry.Name);
            if (isLink || (isTop && !IsPart([entry.Name])))
            {
                continue;
            }

            if (entry is DirectoryInfo folder)
            {
                Directory.CreateDirectory(place);
                CopyFolder(folder, place, isTop: false);
            }
            else
            {
                File.Copy(entry.FullName, place);
            }
        }
    }

    private static bool IsPart(string[] parts) =>
        Array.IndexOf(Folders, parts[0]) >= 0 || (parts.Length == 1 && Array.IndexOf(Files, parts[0]) >= 0);

    private static bool IsName(string part) => part.Length > 0 && part is not ("." or "..") && !part.Contains('\0', StringComparison.Ordinal);

    private static SimulatorException NotSnapshot(string path, string reason) => SimulatorException.Usage($"'{path}' is no snapshot of a host: {reason}");
}
