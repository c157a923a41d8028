using System;
using System.Collections.Generic;
using System.Text.Json;

namespace EsxAgent.Protocol.Messages;

/// <summary>
/// Answer to <c>host/info</c>. A member whose source was missing or not understood is null, and <see cref="Warnings"/> says why.
/// </summary>
public sealed record HostInfo : IWireObject
{
    /// <summary>The host's name, with its domain where it has one.</summary>
    public string? HostName { get; init; }

    /// <summary>For example <c>VMware ESXi</c>.</summary>
    public string? Product { get; init; }

    /// <summary>For example <c>8.0.3</c>.</summary>
    public string? Version { get; init; }

    /// <summary>Digits, for example <c>24674464</c>.</summary>
    public string? Build { get; init; }

    /// <summary>The release as the product calls it, for example <c>VMware ESXi 8.0 Update 3</c>.</summary>
    public string? Update { get; init; }

    /// <summary>Who made the machine.</summary>
    public string? Vendor { get; init; }

    /// <summary>The machine's model.</summary>
    public string? Model { get; init; }

    /// <summary>The machine's serial number.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>The machine's uuid, in the order of bytes that the host prints.</summary>
    public string? Uuid { get; init; }

    /// <summary>Version of the BIOS.</summary>
    public string? BiosVersion { get; init; }

    /// <summary>Date of the BIOS, as the host prints it.</summary>
    public string? BiosDate { get; init; }

    /// <summary>Model name of the processors.</summary>
    public string? CpuModel { get; init; }

    /// <summary>Sockets with a processor.</summary>
    public long? CpuPackages { get; init; }

    /// <summary>Cores of all packages together.</summary>
    public long? CpuCores { get; init; }

    /// <summary>Threads of all cores together.</summary>
    public long? CpuThreads { get; init; }

    /// <summary>True where hyperthreading is in use.</summary>
    public bool? Hyperthreading { get; init; }

    /// <summary>Nominal clock in MHz.</summary>
    public long? CpuMhz { get; init; }

    /// <summary>NUMA nodes.</summary>
    public long? NumaNodes { get; init; }

    /// <summary>Physical memory in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Memory not in use, in bytes.</summary>
    public long? MemoryFreeBytes { get; init; }

    /// <summary>The power policy in force, as the host names it.</summary>
    public string? PowerPolicy { get; init; }

    /// <summary>When the host was started, UTC.</summary>
    public DateTime? BootTime { get; init; }

    /// <summary>Seconds since the host was started.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>True in maintenance mode.</summary>
    public bool? MaintenanceMode { get; init; }

    /// <summary>One line for each source that was missing or not understood.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = Array.Empty<string>();

    /// <summary>The host in a few words. The form that a record has of itself would bring the library's formatting of times along.</summary>
    public override string ToString() => $"{HostName} ({Product} {Version})";

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("hostName"u8, HostName);
        writer.WriteValue("product"u8, Product);
        writer.WriteValue("version"u8, Version);
        writer.WriteValue("build"u8, Build);
        writer.WriteValue("update"u8, Update);
        writer.WriteValue("vendor"u8, Vendor);
        writer.WriteValue("model"u8, Model);
        writer.WriteValue("serialNumber"u8, SerialNumber);
        writer.WriteValue("uuid"u8, Uuid);
        writer.WriteValue("biosVersion"u8, BiosVersion);
        writer.WriteValue("biosDate"u8, BiosDate);
        writer.WriteValue("cpuModel"u8, CpuModel);
        writer.WriteValue("cpuPackages"u8, CpuPackages);
        writer.WriteValue("cpuCores"u8, CpuCores);
        writer.WriteValue("cpuThreads"u8, CpuThreads);
        writer.WriteValue("hyperthreading"u8, Hyperthreading);
        writer.WriteValue("cpuMhz"u8, CpuMhz);
        writer.WriteValue("numaNodes"u8, NumaNodes);
        writer.WriteValue("memoryBytes"u8, MemoryBytes);
        writer.WriteValue("memoryFreeBytes"u8, MemoryFreeBytes);
        writer.WriteValue("powerPolicy"u8, PowerPolicy);
        writer.WriteValue("bootTime"u8, BootTime);
        writer.WriteValue("uptimeSeconds"u8, UptimeSeconds);
        writer.WriteValue("maintenanceMode"u8, MaintenanceMode);
        writer.WriteValue("warnings"u8, Warnings);
        writer.WriteEndObject();
    }
}
