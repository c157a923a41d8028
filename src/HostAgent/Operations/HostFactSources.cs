using System;
using System.Collections.Generic;
using System.Text;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.EsxCli;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>
/// Where each fact about a host comes from; what nodes and members are called is in <see cref="KnownNodes"/>.
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
        Node(KnownNodes.DmiInfo.Path, "vendor, model, serial number, uuid", isStatic: true, isOfSummary: true, read: text =>
        {
            string? vendor = text.TextOf(KnownNodes.DmiInfo.Vendor);
            string? model = text.TextOf(KnownNodes.DmiInfo.Model);
            string? serial = text.TextOf(KnownNodes.DmiInfo.SerialNumber);
            string? uuid = Uuid(text);
            return info => info with { Vendor = vendor, Model = model, SerialNumber = serial, Uuid = uuid };
        }),
        Node(KnownNodes.BiosInfo.Path, "BIOS version and date", isStatic: true, read: text =>
        {
            string? version = text.TextOf(KnownNodes.BiosInfo.Version);
            string? date = text.TextOf(KnownNodes.BiosInfo.Date);
            return info => info with { BiosVersion = version, BiosDate = date };
        }),
        Node(KnownNodes.CpuInfo.Path, "processor packages, cores, threads, hyperthreading", isStatic: true, read: text =>
        {
            long? packages = text.NumberOf(KnownNodes.CpuInfo.Packages)?.Value;
            long? cores = text.NumberOf(KnownNodes.CpuInfo.Cores)?.Value;
            long? threads = text.NumberOf(KnownNodes.CpuInfo.Threads)?.Value;
            bool? hyperthreading = Hyperthreading(text);
            return info => info with { CpuPackages = packages, CpuCores = cores, CpuThreads = threads, Hyperthreading = hyperthreading };
        }),
        Node(KnownNodes.CpuModelName, "processor model", isStatic: true, read: text =>
        {
            string model = Encoding.UTF8.GetString(text.ValueOf(text[0]));
            return info => info with { CpuModel = model.Length == 0 ? null : model };
        }),
        Node(KnownNodes.Cpu.Path, "processor clock", isStatic: true, read: text =>
        {
            long? hertz = text.NumberOf(KnownNodes.Cpu.Hertz)?.Value;
            return info => info with { CpuMhz = hertz / 1_000_000 };
        }),
        new(ToolNames.Vsish, $"ls {KnownNodes.NumaNodes}", "NUMA nodes", isStatic: true, (cancel, time) =>
        {
            using VsiListing listing = vsish.List(KnownNodes.NumaNodes, cancel, time);
            int nodes = listing.Count;
            return info => info with { NumaNodes = nodes };
        }),
        Node(KnownNodes.Memory.Path, "memory, free memory", isStatic: false, read: text =>
        {
            long? total = text.NumberOf(KnownNodes.Memory.Physical)?.Bytes;
            long? free = text.NumberOf(KnownNodes.Memory.Free)?.Bytes;
            return info => info with { MemoryBytes = total, MemoryFreeBytes = free };
        }),
        Node(KnownNodes.PowerPolicy.Path, "power policy", isStatic: false, read: text =>
        {
            string? policy = text[0].Kind == VsiEntryKind.Struct ? text.TextOf(KnownNodes.PowerPolicy.Name) : Encoding.UTF8.GetString(text.ValueOf(text[0]));
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
        int index = text.Find(KnownNodes.DmiInfo.Uuid);
        return index < 0 ? null : VsiUuid.FromArray(text, index) ?? VsiUuid.FromText(text.ValueOf(text[index]));
    }

    private static bool? Hyperthreading(VsiText text)
    {
        string? state = text.NumberOf(KnownNodes.CpuInfo.Hyperthreading)?.Label ?? text.TextOf(KnownNodes.CpuInfo.Hyperthreading);
        return EsxcliValue.ToFlag(state);
    }

    private static DateTime WholeSecond(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
}
