using System;
using System.Collections.Generic;
using System.Text;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.EsxCli;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>
/// Where each fact about a host comes from. Members of nodes are known by several names, because their wording changes between releases (6.5 to 8.0).
/// </summary>
internal sealed class HostFactSources(VsishTool vsish, EsxcliTool esxcli, VmwareTool vmware)
{
    /// <summary>How to put an answer of vsish into the facts.</summary>
    private delegate Func<HostInfo, HostInfo> NodeReader(VsiText text);

    /// <summary>The table, in the order in which the sources are asked.</summary>
    public IReadOnlyList<HostFactSource> All() =>
    [
        new(ToolNames.Vmware, "-vl", "product, version, build, update", isStatic: true, (cancel, time) =>
        {
            VmwareRelease release = vmware.Release(cancel, time);
            return info => info with { Product = release.Product, Version = release.Version, Build = release.Build, Update = release.Update };
        }) { IsOfSummary = true },
        Node("/hardware/bios/dmiInfo", "vendor, model, serial number, uuid", isStatic: true, isOfSummary: true, read: text =>
        {
            string? vendor = text.TextOf("Vendor Name", "Vendor", "Manufacturer");
            string? model = text.TextOf("Product Name", "Product");
            string? serial = text.TextOf("Serial Number");
            string? uuid = Uuid(text);
            return info => info with { Vendor = vendor, Model = model, SerialNumber = serial, Uuid = uuid };
        }),
        Node("/hardware/bios/biosInfo", "BIOS version and date", isStatic: true, read: text =>
        {
            string? version = text.TextOf("BIOS Version", "Version");
            string? date = text.TextOf("BIOS Release Date", "Release Date");
            return info => info with { BiosVersion = version, BiosDate = date };
        }),
        Node("/hardware/cpu/cpuInfo", "processor packages, cores, threads, hyperthreading", isStatic: true, read: text =>
        {
            long? packages = text.NumberOf("Number of packages")?.Value;
            long? cores = text.NumberOf("Number of cores")?.Value;
            long? threads = text.NumberOf("Number of CPUs (threads)", "Number of CPUs", "Number of threads")?.Value;
            bool? hyperthreading = Hyperthreading(text);
            return info => info with { CpuPackages = packages, CpuCores = cores, CpuThreads = threads, Hyperthreading = hyperthreading };
        }),
        Node("/hardware/cpu/cpuModelName", "processor model", isStatic: true, read: text =>
        {
            string model = Encoding.UTF8.GetString(text.ValueOf(text[0]));
            return info => info with { CpuModel = model.Length == 0 ? null : model };
        }),
        Node("/hardware/cpu/cpuList/0", "processor clock", isStatic: true, read: text =>
        {
            long? hertz = text.NumberOf("CPU speed (Hz)", "CPU speed", "Hz")?.Value;
            return info => info with { CpuMhz = hertz / 1_000_000 };
        }),
        new(ToolNames.Vsish, "ls /memory/nodeList", "NUMA nodes", isStatic: true, (cancel, time) =>
        {
            int nodes = vsish.List("/memory/nodeList", cancel, time).Count;
            return info => info with { NumaNodes = nodes };
        }),
        Node("/memory/comprehensive", "memory, free memory", isStatic: false, read: text =>
        {
            long? total = text.NumberOf("Physical memory estimate", "Physical memory")?.Bytes;
            long? free = text.NumberOf("Free")?.Bytes;
            return info => info with { MemoryBytes = total, MemoryFreeBytes = free };
        }),
        Node("/power/currentPolicy", "power policy", isStatic: false, read: text =>
        {
            string? policy = text[0].Kind == VsiEntryKind.Struct ? text.TextOf("Long name", "Name", "Short name") : Encoding.UTF8.GetString(text.ValueOf(text[0]));
            return info => info with { PowerPolicy = policy };
        }),
        Command(["system", "hostname", "get"], "host name", isStatic: false, isOfSummary: true, read: answer =>
        {
            string? name = answer.TextOf("FullyQualifiedDomainName") ?? answer.TextOf("HostName");
            return info => info with { HostName = name };
        }),
        Command(["system", "stats", "uptime", "get"], "boot time, uptime", isStatic: true, read: answer =>
        {
            DateTime? boot = EsxcliValue.ToNumber(answer.Text) is long microseconds ? WholeSecond(DateTime.UtcNow - TimeSpan.FromMicroseconds(microseconds)) : null;
            return info => info with { BootTime = boot };
        }),
        Command(["system", "maintenanceMode", "get"], "maintenance mode", isStatic: false, read: answer =>
        {
            bool? isIn = EsxcliValue.ToFlag(answer.Text);
            return info => info with { MaintenanceMode = isIn };
        }),
    ];

    private HostFactSource Node(string node, string members, bool isStatic, NodeReader read, bool isOfSummary = false) =>
        new(ToolNames.Vsish, node, members, isStatic, (cancel, time) =>
        {
            using ToolOutput output = vsish.Get(node, cancel, time);
            return read(VsiText.Parse(output.Within(ToolOutput.MaxFact, ToolNames.Vsish)));
        }) { IsOfSummary = isOfSummary };

    private HostFactSource Command(
        string[] command, string members, bool isStatic, Func<EsxcliValue, Func<HostInfo, HostInfo>> read, bool isOfSummary = false) =>
        new(ToolNames.Esxcli, string.Join(' ', command), members, isStatic, (cancel, time) => read(esxcli.Ask(command, cancel, time)))
        {
            IsOfSummary = isOfSummary,
        };

    private static string? Uuid(VsiText text)
    {
        int index = text.Find(["UUID"]);
        return index < 0 ? null : VsiUuid.FromArray(text, index) ?? VsiUuid.FromText(text.ValueOf(text[index]));
    }

    /// <summary>The state is an enumeration on newer releases and a word on older ones.</summary>
    private static bool? Hyperthreading(VsiText text)
    {
        string? state = text.NumberOf("Hyperthreading state")?.Label ?? text.TextOf("Hyperthreading state");
        return EsxcliValue.ToFlag(state);
    }

    private static DateTime WholeSecond(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
}
