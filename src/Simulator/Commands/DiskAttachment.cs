using System.Globalization;
using System.IO;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.Commands;

/// <summary><c>esxsim vm attach</c> and <c>vm detach</c>: what a virtual machine's configuration says of a disk.</summary>
internal static class DiskAttachment
{
    /// <summary>Attaches a disk and gives the line that says so.</summary>
    /// <param name="host">The host.</param>
    /// <param name="name">The virtual machine.</param>
    /// <param name="vmdk">The disk's descriptor, as a tool may be given it.</param>
    /// <param name="isReadOnly">Whether changes of the guest go elsewhere and are lost when it stops.</param>
    /// <exception cref="SimulatorException">There is no such machine or disk, or somebody has it already.</exception>
    public static string Attach(HostDirectory host, string name, string vmdk, bool isReadOnly)
    {
        VirtualMachine machine = VirtualMachine.Find(host, name);
        VmxEntries vmx = Configuration(host, machine);
        DiskPlace place = Disk(host, vmdk);
        if (DeviceOf(host, machine, vmx, place) is { } taken)
        {
            throw SimulatorException.Usage($"'{name}' has '{vmdk}' already as {taken}");
        }

        // What runs locks the disk as soon as it has it; what is off does when it is started.
        if (machine.PoweredOn)
        {
            try
            {
                VirtualDisk.Open(host, vmdk, writable: !isReadOnly).Dispose();
            }
            catch (DiskException problem)
            {
                string code = problem.Code.ToString(CultureInfo.InvariantCulture);
                throw SimulatorException.Usage($"'{vmdk}' cannot be attached: {problem.Message} ({code}); end what uses it first");
            }
        }

        string device = AttachedDisks.Attach(vmx, place.HostPath, isReadOnly);
        vmx.Save();
        return $"attached '{vmdk}' to '{name}' as {device}\n";
    }

    /// <summary>Detaches a disk and gives the line that says so.</summary>
    /// <exception cref="SimulatorException">There is no such machine or disk, or it is not attached.</exception>
    public static string Detach(HostDirectory host, string name, string vmdk)
    {
        VirtualMachine machine = VirtualMachine.Find(host, name);
        VmxEntries vmx = Configuration(host, machine);
        string device = DeviceOf(host, machine, vmx, Disk(host, vmdk)) ?? throw SimulatorException.Usage($"'{vmdk}' is not attached to '{name}'");
        AttachedDisks.Detach(vmx, device);
        vmx.Save();
        return $"detached '{vmdk}' from '{name}'\n";
    }

    private static VmxEntries Configuration(HostDirectory host, VirtualMachine machine) => VmxEntries.Read(host.Map(machine.Vmx))
        ?? throw SimulatorException.BrokenHost($"{machine.Vmx} is missing; it belongs to '{machine.Name}'");

    private static DiskPlace Disk(HostDirectory host, string vmdk) => DiskPlace.Find(host, vmdk) is { } place && File.Exists(place.FullPath)
        ? place
        : throw SimulatorException.Usage($"there is no disk '{vmdk}'; give a path such as /vmfs/volumes/datastore1/data.vmdk");

    private static string? DeviceOf(HostDirectory host, VirtualMachine machine, VmxEntries vmx, DiskPlace place)
    {
        foreach ((string path, _, string device) in AttachedDisks.Of(host, machine, vmx))
        {
            if (path == place.FullPath)
            {
                return device;
            }
        }

        return null;
    }
}
