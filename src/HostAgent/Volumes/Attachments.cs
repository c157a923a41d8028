using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Store;

namespace EsxAgent.HostAgent.Volumes;

/// <summary>
/// Which VM has which volume in its configuration. Read from the .vmx files of the datastores at the time of the call; whether such a VM runs does not matter, its
/// disk is not free to be changed under it.
/// </summary>
internal sealed class Attachments
{
    private const int MaxVmxBytes = 1 << 20;
    private const string VmxEnding = ".vmx";

    private readonly Dictionary<string, string> _vmOfVolume = [];
    private string? _unknownReason;

    /// <summary>Why not every VM's configuration could be read; null where all could.</summary>
    public string? UnknownReason => _unknownReason;

    /// <summary>Reads the configurations of all VMs.</summary>
    public static Attachments Read(DatastoreDirectories datastores)
    {
        var attachments = new Attachments();
        List<DatastoreName> all = datastores.All();
        foreach (DatastoreName datastore in all)
        {
            try
            {
                attachments.ReadDatastore(datastores, datastore, all);
            }
            catch (PosixException e)
            {
                attachments._unknownReason ??= $"the VMs on '{datastore.Name}' could not be looked at: {e.Message}";
            }
        }

        return attachments;
    }

    /// <summary>Display name of the VM that has a volume; null where none has.</summary>
    public string? VmOf(GroupDirectory group, string name) => _vmOfVolume.GetValueOrDefault(KeyOf(group.Datastore.Uuid, group.Group, name));

    private static string KeyOf(string datastore, string group, string name) => $"{datastore}/{group}/{name}";

    private void ReadDatastore(DatastoreDirectories datastores, DatastoreName datastore, List<DatastoreName> all)
    {
        using DirectoryHandle mount = datastores.Open(datastore);
        foreach (string folder in mount.Names())
        {
            if (folder[0] == '.' || folder == GroupDirectory.Top || mount.TryStat(folder) is not { IsDirectory: true })
            {
                continue;
            }

            using DirectoryHandle? vm = mount.TryOpenDirectory(folder);
            foreach (string file in vm?.Names() ?? [])
            {
                if (file.EndsWith(VmxEnding, StringComparison.Ordinal))
                {
                    ReadVmx(vm!, file, $"{DatastoreDirectories.HostVolumes}/{datastore.Uuid}/{folder}", all);
                }
            }
        }
    }

    private void ReadVmx(DirectoryHandle folder, string file, string hostFolder, List<DatastoreName> all)
    {
        byte[]? text;
        try
        {
            text = folder.TryReadFile(file, MaxVmxBytes);
        }
        catch (PosixException e)
        {
            _unknownReason ??= $"a VM's configuration could not be read: {e.Message}";
            return;
        }

        string display = file[..^VmxEnding.Length];
        var disks = new Dictionary<string, string>();
        var absent = new HashSet<string>();
        foreach (string line in text is null ? [] : Encoding.UTF8.GetString(text).Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                continue;
            }

            string name = line[..equals].Trim();
            string value = Unescape(line[(equals + 1)..].Trim().Trim('"'));
            int dot = name.LastIndexOf('.');
            if (name.Equals("displayName", StringComparison.OrdinalIgnoreCase))
            {
                display = value;
            }
            else if (dot > 0 && name.EndsWith(".fileName", StringComparison.OrdinalIgnoreCase))
            {
                disks[name[..dot]] = value;
            }
            else if (dot > 0 && name.EndsWith(".present", StringComparison.OrdinalIgnoreCase) && value.Equals("FALSE", StringComparison.OrdinalIgnoreCase))
            {
                absent.Add(name[..dot]);
            }
        }

        foreach (KeyValuePair<string, string> disk in disks)
        {
            if (!absent.Contains(disk.Key) && VolumeOf(disk.Value, hostFolder, all) is string volume)
            {
                _vmOfVolume.TryAdd(volume, display);
            }
        }
    }

    /// <summary>The volume that a disk's path leads to; null where it is none of ours. A delta disk stands for the volume that it lies beside.</summary>
    private static string? VolumeOf(string path, string hostFolder, List<DatastoreName> all)
    {
        var parts = new List<string>();
        foreach (string part in (path.StartsWith('/') ? path : $"{hostFolder}/{path}").Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        // vmfs, volumes, datastore, esxagent, group, volume, file
        if (parts is not ["vmfs", "volumes", _, GroupDirectory.Top, _, _, _])
        {
            return null;
        }

        DatastoreName? datastore = all.Find(one => one.Uuid == parts[2] || one.Name == parts[2]);
        return datastore is null ? null : KeyOf(datastore.Uuid, parts[4], parts[5]);
    }

    /// <summary>A .vmx writes characters that would end its values as <c>|22</c>.</summary>
    private static string Unescape(string value)
    {
        if (!value.Contains('|', StringComparison.Ordinal))
        {
            return value;
        }

        var text = new StringBuilder();
        for (int i = 0; i < value.Length; i++)
        {
            bool isEscape = value[i] == '|' && i + 2 < value.Length
                && byte.TryParse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
            text.Append(isEscape ? (char)byte.Parse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : value[i]);
            i += isEscape ? 2 : 0;
        }

        return text.ToString();
    }
}
