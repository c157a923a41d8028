using System;
using EsxAgent.Protocol.Messages;

namespace EsxAgent;

/// <summary>
/// Facts about the host under this virtual machine, with the property names that PowerCLI's VMHost has. A fact whose source on the host was missing is
/// null; a warning said so.
/// </summary>
public sealed class EsxHostInfo
{
    internal EsxHostInfo(HostInfo info)
    {
        Name = info.HostName;
        Product = info.Product;
        Version = info.Version;
        Build = info.Build;
        Update = info.Update;
        Manufacturer = info.Vendor;
        Model = info.Model;
        SerialNumber = info.SerialNumber;
        Uuid = info.Uuid;
        BiosVersion = info.BiosVersion;
        BiosDate = info.BiosDate;
        ProcessorType = info.CpuModel;
        NumCpu = info.CpuPackages;
        NumCore = info.CpuCores;
        NumThread = info.CpuThreads;
        NumNumaNode = info.NumaNodes;
        CpuMhz = info.CpuMhz;
        HyperthreadingActive = info.Hyperthreading;
        MemoryTotalBytes = info.MemoryBytes;
        MemoryFreeBytes = info.MemoryFreeBytes;
        MemoryUsageBytes = info.MemoryBytes - info.MemoryFreeBytes;
        PowerPolicy = info.PowerPolicy;
        BootTime = info.BootTime?.ToLocalTime();
        Uptime = Seconds.Of(info.UptimeSeconds);
        MaintenanceMode = info.MaintenanceMode;
    }

    /// <summary>The host's name, with its domain where it has one.</summary>
    public string? Name { get; }

    /// <summary>For example <c>VMware ESXi</c>.</summary>
    public string? Product { get; }

    /// <summary>For example <c>8.0.3</c>.</summary>
    public string? Version { get; }

    /// <summary>Digits, for example <c>24674464</c>.</summary>
    public string? Build { get; }

    /// <summary>The release as the product calls it, for example <c>VMware ESXi 8.0 Update 3</c>.</summary>
    public string? Update { get; }

    /// <summary>Who made the machine.</summary>
    public string? Manufacturer { get; }

    /// <summary>The machine's model.</summary>
    public string? Model { get; }

    /// <summary>The machine's serial number.</summary>
    public string? SerialNumber { get; }

    /// <summary>The machine's uuid.</summary>
    public string? Uuid { get; }

    /// <summary>Version of the BIOS.</summary>
    public string? BiosVersion { get; }

    /// <summary>Date of the BIOS, as the host prints it.</summary>
    public string? BiosDate { get; }

    /// <summary>Model name of the processors.</summary>
    public string? ProcessorType { get; }

    /// <summary>Packages: sockets with a processor.</summary>
    public long? NumCpu { get; }

    /// <summary>Cores of all packages together.</summary>
    public long? NumCore { get; }

    /// <summary>Threads of all cores together.</summary>
    public long? NumThread { get; }

    /// <summary>NUMA nodes.</summary>
    public long? NumNumaNode { get; }

    /// <summary>Nominal clock in MHz.</summary>
    public long? CpuMhz { get; }

    /// <summary>True where hyperthreading is in use.</summary>
    public bool? HyperthreadingActive { get; }

    /// <summary>Physical memory in bytes.</summary>
    public long? MemoryTotalBytes { get; }

    /// <summary>Physical memory in GB.</summary>
    public decimal? MemoryTotalGB => Gigabytes.Of(MemoryTotalBytes);

    /// <summary>Memory not in use, in bytes.</summary>
    public long? MemoryFreeBytes { get; }

    /// <summary>Memory in use, in bytes.</summary>
    public long? MemoryUsageBytes { get; }

    /// <summary>Memory in use, in GB.</summary>
    public decimal? MemoryUsageGB => Gigabytes.Of(MemoryUsageBytes);

    /// <summary>The power policy in force, as the host names it.</summary>
    public string? PowerPolicy { get; }

    /// <summary>When the host was started, in this machine's time zone.</summary>
    public DateTime? BootTime { get; }

    /// <summary>How long the host has been running.</summary>
    public TimeSpan? Uptime { get; }

    /// <summary>True in maintenance mode.</summary>
    public bool? MaintenanceMode { get; }

    /// <summary>The host's name.</summary>
    public override string ToString() => Name ?? Uuid ?? string.Empty;
}
