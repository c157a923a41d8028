using System;
using System.Collections.Generic;
using System.Globalization;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.EsxCli;

/// <summary>The commands that can be answered from the state of the simulated host.</summary>
internal static class CliCommands
{
    /// <summary>The field that heads each block in the text form of <c>vm process list</c>; null for every other command.</summary>
    public static string? BlockHead(string command) => command == "vm process list" ? "DisplayName" : null;

    /// <summary>Answers a command; null where there is none of that name.</summary>
    /// <param name="host">The host.</param>
    /// <param name="command">Namespace and command, joined by single blanks.</param>
    public static CliAnswer? Answer(HostDirectory host, string command) => command switch
    {
        "system version get" => Version(HostFacts.Read(host)),
        "system hostname get" => HostName(HostFacts.Read(host)),
        "system uuid get" => CliAnswer.Of(CliValue.Of(HostFacts.Read(host).Uuid)),
        "system stats uptime get" => CliAnswer.Of(CliValue.Of(UptimeMicroseconds(HostFacts.Read(host)))),
        "system maintenanceMode get" => CliAnswer.Of(CliValue.Of(HostFacts.Read(host).MaintenanceMode ? "Enabled" : "Disabled")),
        "hardware platform get" => Platform(HostFacts.Read(host).Hardware),
        "hardware memory get" => Memory(HostFacts.Read(host).Hardware),
        "hardware cpu global get" => Cpu(HostFacts.Read(host).Hardware),
        "storage filesystem list" => FileSystems(host),
        "vm process list" => Processes(host),
        _ => null,
    };

    private static CliAnswer Version(HostFacts facts) => Structure(
        "VersionGet",
        ("Product", CliValue.Of(facts.Product)),
        ("Version", CliValue.Of(facts.Version)),
        ("Build", CliValue.Of("Releasebuild-" + facts.Build)),
        ("Update", CliValue.Of(Digits(facts.Update))),
        ("Patch", CliValue.Of(Digits(facts.Patch))));

    // Update and patch are texts in this answer, though they look like numbers.
    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static CliAnswer HostName(HostFacts facts) => Structure(
        "FullyQualifiedHostName",
        ("DomainName", CliValue.Of(facts.Domain)),
        ("FullyQualifiedDomainName", CliValue.Of(facts.FullName)),
        ("HostName", CliValue.Of(facts.HostName)));

    private static long UptimeMicroseconds(HostFacts facts) => Math.Max(0, (DateTime.UtcNow - facts.BootTime).Ticks / TimeSpan.TicksPerMicrosecond);

    private static CliAnswer Platform(HardwareFacts hardware) => Structure(
        "PlatformGet",
        ("UUID", CliValue.Of(VmwareUuid.Parse(hardware.Uuid)?.PrefixedBytes ?? hardware.Uuid)),
        ("ProductName", CliValue.Of(hardware.Model)),
        ("VendorName", CliValue.Of(hardware.Vendor)),
        ("SerialNumber", CliValue.Of(hardware.SerialNumber)),
        ("EnclosureSerialNumber", CliValue.Of(hardware.SerialNumber)),
        ("BIOSAssetTag", CliValue.Of(hardware.AssetTag)),
        ("IPMISupported", CliValue.Of(true)));

    private static CliAnswer Memory(HardwareFacts hardware) => Structure(
        "MemoryGet",
        ("PhysicalMemory", CliValue.Of(hardware.MemoryBytes, "Bytes")),
        ("ReliableMemory", CliValue.Of(0, "Bytes")),
        ("NUMANodeCount", CliValue.Of(hardware.NumaNodes)));

    private static CliAnswer Cpu(HardwareFacts hardware) => Structure(
        "CpuGlobalGet",
        ("CPUPackages", CliValue.Of(hardware.CpuPackages)),
        ("CPUCores", CliValue.Of(hardware.CpuCores)),
        ("CPUThreads", CliValue.Of(hardware.CpuThreads)),
        ("HyperthreadingActive", CliValue.Of(hardware.CpuThreads > hardware.CpuCores)),
        ("HyperthreadingSupported", CliValue.Of(true)),
        ("HyperthreadingEnabled", CliValue.Of(hardware.CpuThreads > hardware.CpuCores)),
        ("HVSupport", CliValue.Of(3)),
        ("HVReplayCapable", CliValue.Of(true)),
        ("HVReplayDisabledReasons", CliValue.Of(Array.Empty<string>())));

    private static CliAnswer FileSystems(HostDirectory host)
    {
        var list = new List<CliStructure>();
        foreach (Datastore one in Datastore.ReadAll(host))
        {
            list.Add(new CliStructure("FilesystemVolume",
            [
                new CliField("MountPoint", CliValue.Of(one.Accessible ? one.MountPoint : "")),
                new CliField("VolumeName", CliValue.Of(one.Name)),
                new CliField("UUID", CliValue.Of(one.Uuid)),
                new CliField("Mounted", CliValue.Of(one.Accessible)),
                new CliField("Type", CliValue.Of(one.Type)),
                new CliField("Size", CliValue.Of(one.Accessible ? one.CapacityBytes : 0)),
                new CliField("Free", CliValue.Of(one.Accessible ? one.FreeBytes(host) : 0)),
            ]));
        }

        return CliAnswer.Of(list);
    }

    private static CliAnswer Processes(HostDirectory host)
    {
        var list = new List<CliStructure>();
        foreach (VirtualMachine one in VirtualMachine.ReadAll(host))
        {
            if (one.PoweredOn)
            {
                list.Add(new CliStructure("VirtualMachine",
                [
                    new CliField("WorldID", CliValue.Of(one.WorldGroupLeader)),
                    new CliField("ProcessID", CliValue.Of(0)),
                    new CliField("VMXCartelID", CliValue.Of(one.CartelId)),
                    new CliField("UUID", CliValue.Of(VmwareUuid.Parse(one.BiosUuid)?.Spaced ?? one.BiosUuid)),
                    new CliField("DisplayName", CliValue.Of(one.Name)),
                    new CliField("ConfigFile", CliValue.Of(one.Vmx)),
                ]));
            }
        }

        return CliAnswer.Of(list, BlockHead("vm process list"));
    }

    private static CliAnswer Structure(string typeName, params (string Name, CliValue Value)[] fields)
    {
        var list = new List<CliField>(fields.Length);
        foreach ((string name, CliValue value) in fields)
        {
            list.Add(new CliField(name, value));
        }

        return CliAnswer.Of(new CliStructure(typeName, list));
    }
}
