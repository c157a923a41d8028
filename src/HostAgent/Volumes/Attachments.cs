using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Tools.Vsish;
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

    private readonly KnownMachines _machines;

    /// <summary>The name of the VM that has a volume; null for one that the caller may not be told.</summary>
    private readonly Dictionary<string, string?> _vmOfVolume = [];
    private string? _unknownReason;

    private Attachments(KnownMachines machines) => _machines = machines;

    /// <summary>
    /// Why not every VM's configuration could be read; null where all could. It names neither a datastore nor a VM: they may be none of the caller's
    /// business.
    /// </summary>
    public string? UnknownReason => _unknownReason;

    /// <summary>Reads the configurations of all VMs.</summary>
    /// <param name="datastores">Where they are.</param>
    /// <param name="machines">Whose VMs' names may be told.</param>
    public static Attachments Read(DatastoreDirectories datastores, KnownMachines machines)
    {
        var attachments = new Attachments(machines);
        List<DatastoreName> all = datastores.All();
        foreach (DatastoreName datastore in all)
        {
            try
            {
                attachments.ReadDatastore(datastores, datastore, all);
            }
            catch (PosixException e)
            {
                attachments._unknownReason ??= $"the VMs of a datastore could not be looked at ({Errno.Describe(e.Number)})";
            }
        }

        return attachments;
    }

    /// <summary>Whether a VM has a volume.</summary>
    /// <param name="group">Where the volume is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="vm">Display name of the VM; null where it is not to be told.</param>
    public bool IsAttached(GroupDirectory group, string name, out string? vm) =>
        _vmOfVolume.TryGetValue(KeyOf(group.Datastore.Uuid, group.Group, name), out vm);

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
            _unknownReason ??= $"the configuration of a VM could not be read ({Errno.Describe(e.Number)})";
            return;
        }

        string display = file[..^VmxEnding.Length];
        string? biosUuid = null;
        string? instanceUuid = null;
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
            else if (name.Equals("uuid.bios", StringComparison.OrdinalIgnoreCase))
            {
                biosUuid = VsiUuid.FromText(Encoding.UTF8.GetBytes(value));
            }
            else if (name.Equals("vc.uuid", StringComparison.OrdinalIgnoreCase))
            {
                instanceUuid = VsiUuid.FromText(Encoding.UTF8.GetBytes(value));
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
                _vmOfVolume.TryAdd(volume, _machines.Holds(display, biosUuid, instanceUuid) ? display : null);
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
