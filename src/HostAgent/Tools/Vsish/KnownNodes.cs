namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>
/// The nodes that the agent itself reads, and the names that ESXi 6.5 to 8.0 give their members, the newest first. Every release may move a node or reword a
/// member: this is the one place to add to. Names are compared without regard to case.
/// </summary>
internal static class KnownNodes
{
    /// <summary>Model name of the processors, a text.</summary>
    public const string CpuModelName = "/hardware/cpu/cpuModelName";

    /// <summary>One directory a NUMA node.</summary>
    public const string NumaNodes = "/memory/nodeList";

    /// <summary>One directory a process, VMs among them.</summary>
    public const string Cartels = "/userworld/cartel";

    /// <summary>One directory a running VM, named by the leader of its worlds.</summary>
    public const string VirtualMachines = "/vm";

    /// <summary>Leader of a VM's worlds; 0 for a process that is no VM.</summary>
    public static string VmmLeader(long cartel) => $"{Cartels}/{cartel}/vmmLeader";

    /// <summary>Name, uuids and configuration of a VM, see <see cref="GroupInfo"/>.</summary>
    public static string VmmGroupInfo(long leader) => $"{VirtualMachines}/{leader}/vmmGroupInfo";

    /// <summary>Cartel id of a VM; not on every release.</summary>
    public static string VmxCartelId(long leader) => $"{VirtualMachines}/{leader}/vmxCartelID";

    /// <summary>The machine, as its firmware describes it.</summary>
    public static class DmiInfo
    {
        public const string Path = "/hardware/bios/dmiInfo";
        public static readonly string[] Vendor = ["Vendor Name", "Vendor", "Manufacturer"];
        public static readonly string[] Model = ["Product Name", "Product"];
        public static readonly string[] SerialNumber = ["Serial Number"];
        public static readonly string[] Uuid = ["UUID"];
    }

    /// <summary>The firmware; not on every release.</summary>
    public static class BiosInfo
    {
        public const string Path = "/hardware/bios/biosInfo";
        public static readonly string[] Version = ["BIOS Version", "Version"];
        public static readonly string[] Date = ["BIOS Release Date", "Release Date"];
    }

    /// <summary>Processors of the host together.</summary>
    public static class CpuInfo
    {
        public const string Path = "/hardware/cpu/cpuInfo";
        public static readonly string[] Packages = ["Number of packages"];
        public static readonly string[] Cores = ["Number of cores"];
        public static readonly string[] Threads = ["Number of CPUs (threads)", "Number of CPUs", "Number of threads"];

        /// <summary>An enumeration on newer releases, a word on older ones.</summary>
        public static readonly string[] Hyperthreading = ["Hyperthreading state"];
    }

    /// <summary>The first logical processor.</summary>
    public static class Cpu
    {
        public const string Path = "/hardware/cpu/cpuList/0";

        /// <summary>In Hz, whatever the name says.</summary>
        public static readonly string[] Hertz = ["CPU speed (Hz)", "CPU speed", "Hz"];
    }

    /// <summary>Memory of the host.</summary>
    public static class Memory
    {
        public const string Path = "/memory/comprehensive";
        public static readonly string[] Physical = ["Physical memory estimate", "Physical memory"];
        public static readonly string[] Free = ["Free"];
    }

    /// <summary>The power policy in force: a struct, or its name alone.</summary>
    public static class PowerPolicy
    {
        public const string Path = "/power/currentPolicy";
        public static readonly string[] Name = ["Long name", "Name", "Short name"];
    }

    /// <summary>Members of <see cref="KnownNodes.VmmGroupInfo"/>.</summary>
    public static class GroupInfo
    {
        public static readonly string[] Name = ["display name"];
        public static readonly string[] BiosUuid = ["uuid"];
        public static readonly string[] InstanceUuid = ["VC uuid"];
        public static readonly string[] ConfigPath = ["config file path", "cfg path", "cfg file path"];
    }
}
