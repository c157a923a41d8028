using System;
using System.Collections.Generic;
using System.IO;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Disks;

/// <summary>Which disks the virtual machines have: what their .vmx files name.</summary>
internal static class AttachedDisks
{
    private const string NonPersistent = "independent-nonpersistent";
    private const int LongestChain = 255;
    private static readonly string[] Controllers = ["scsi", "sata", "nvme", "ide"];

    /// <summary>What the running machines do with a disk.</summary>
    /// <param name="host">The host.</param>
    /// <param name="descriptorPath">The disk's descriptor on this machine, without links.</param>
    public static DiskUse Use(HostDirectory host, string descriptorPath)
    {
        DiskUse most = DiskUse.None;
        foreach (VirtualMachine machine in VirtualMachine.ReadAll(host))
        {
            if (machine.PoweredOn && VmxEntries.Read(host.Map(machine.Vmx)) is { } vmx)
            {
                foreach ((string path, bool isReadOnly, _) in Of(host, machine, vmx))
                {
                    DiskUse use = UseThrough(host, path, isReadOnly, descriptorPath);
                    most = use > most ? use : most;
                }
            }
        }

        return most;
    }

    /// <summary>The disks that a machine's configuration names.</summary>
    /// <returns>The descriptor on this machine, without links; whether its changes go elsewhere; the device, such as <c>scsi0:1</c>.</returns>
    public static IEnumerable<(string Path, bool IsReadOnly, string Device)> Of(HostDirectory host, VirtualMachine machine, VmxEntries vmx)
    {
        foreach (string key in vmx.Keys)
        {
            string device = key.EndsWith(".fileName", StringComparison.OrdinalIgnoreCase) ? key[..^".fileName".Length] : "";
            if (Array.Exists(Controllers, one => device.StartsWith(one, StringComparison.OrdinalIgnoreCase))
                && string.Equals(vmx[device + ".present"], "TRUE", StringComparison.OrdinalIgnoreCase)
                && vmx[key] is { } name && name.EndsWith(".vmdk", StringComparison.Ordinal)
                && DiskPlace.Find(host, Beside(machine.Vmx, name)) is { } place)
            {
                yield return (place.FullPath, string.Equals(vmx[device + ".mode"], NonPersistent, StringComparison.OrdinalIgnoreCase), device);
            }
        }
    }

    /// <summary>Writes a disk into a machine's configuration.</summary>
    /// <param name="vmx">The configuration; it is not saved.</param>
    /// <param name="fileName">The descriptor, as the configuration names it.</param>
    /// <param name="isReadOnly">Whether changes of the guest go elsewhere and are lost when it stops.</param>
    /// <returns>The device, such as <c>scsi0:1</c>.</returns>
    /// <exception cref="SimulatorException">The controller has no unit left.</exception>
    public static string Attach(VmxEntries vmx, string fileName, bool isReadOnly)
    {
        for (int unit = 0; unit < 16; unit++)
        {
            // Unit 7 is the controller's own.
            string device = $"scsi0:{unit}";
            if (unit != 7 && vmx[device + ".fileName"] is null)
            {
                vmx[device + ".deviceType"] = "scsi-hardDisk";
                vmx[device + ".fileName"] = fileName;
                vmx[device + ".mode"] = isReadOnly ? NonPersistent : "independent-persistent";
                vmx[device + ".present"] = "TRUE";
                return device;
            }
        }

        throw SimulatorException.Usage("all 15 units of controller scsi0 are taken; detach a disk first");
    }

    /// <summary>Takes a device out of a machine's configuration.</summary>
    public static void Detach(VmxEntries vmx, string device)
    {
        foreach (string key in new List<string>(vmx.Keys))
        {
            if (key.StartsWith(device + ".", StringComparison.OrdinalIgnoreCase))
            {
                vmx[key] = null;
            }
        }
    }

    // A machine with a snapshot has the snapshot's disk attached and reads the disks that it stands on.
    private static DiskUse UseThrough(HostDirectory host, string attached, bool isReadOnly, string descriptorPath)
    {
        DiskUse use = isReadOnly ? DiskUse.Reads : DiskUse.Writes;
        string path = attached;
        for (int depth = 0; depth < LongestChain; depth++)
        {
            if (path == descriptorPath)
            {
                return use;
            }

            if (ParentOf(path) is not { } parent
                || DiskPlace.Find(host, parent.StartsWith('/') ? parent : Path.Combine(Path.GetDirectoryName(path)!, parent)) is not { } place)
            {
                return DiskUse.None;
            }

            path = place.FullPath;
            use = DiskUse.Reads;
        }

        return DiskUse.None;
    }

    private static string? ParentOf(string path)
    {
        try
        {
            return DiskDescriptor.Parse(PosixFile.ReadAll(path, DiskDescriptor.MostBytes))?.Parent;
        }
        catch (PosixException)
        {
            // A machine may name a disk that is gone.
            return null;
        }
    }

    private static string Beside(string vmx, string name) => name.StartsWith('/') ? name : Path.Combine(Path.GetDirectoryName(vmx)!, name);
}
