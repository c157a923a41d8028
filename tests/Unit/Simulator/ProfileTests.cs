using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Profiles;
using Xunit;

namespace EsxAgent.Tests.Simulator;

/// <summary>What must hold of every simulated release, and what must differ between them.</summary>
public sealed class ProfileTests
{
    public static TheoryData<string> Names => [.. Profile.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Packages_cores_and_threads_agree(string profile)
    {
        using var host = new SimulatedHost(profile);
        HardwareFacts facts = HostFacts.Read(host.Host).Hardware;
        string cpuInfo = host.Get("/hardware/cpu/cpuInfo");

        Assert.Equal(facts.CpuPackages, Number(cpuInfo, "Number of packages"));
        Assert.Equal(facts.CpuCores, Number(cpuInfo, "Number of cores"));
        Assert.Equal(facts.CpuThreads, Number(cpuInfo, "Number of CPUs"));
        Assert.Equal(facts.CpuThreads, host.List("/hardware/cpu/cpuList").Length);
        Assert.Equal(facts.CpuThreads, int.Parse(host.Get("/hardware/cpu/threadCount"), CultureInfo.InvariantCulture));

        string[] cpus = [.. host.List("/hardware/cpu/cpuList").Select(cpu => host.Get("/hardware/cpu/cpuList/" + cpu))];
        Assert.Equal(facts.CpuPackages, cpus.Select(cpu => Number(cpu, "Package ID")).Distinct().Count());
        Assert.Equal(facts.CpuCores, cpus.Select(cpu => Number(cpu, "Core ID")).Distinct().Count());
        Assert.Equal(facts.CpuThreads, cpus.Select(cpu => Regex.Match(cpu, "APIC ID:(0x[0-9a-f]+)").Groups[1].Value).Distinct().Count());
        Assert.Equal(facts.NumaNodes, cpus.Select(cpu => Number(cpu, "Node")).Distinct().Count());
        Assert.All(cpus, cpu => Assert.Matches("Hz.*:[0-9]{10}|:[0-9]{10} Hz", cpu));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Hyperthreading_is_told_as_it_is(string profile)
    {
        using var host = new SimulatedHost(profile);
        HardwareFacts facts = HostFacts.Read(host.Host).Hardware;
        bool enabled = host.Get("/hardware/cpu/cpuInfo").Contains("Enabled", StringComparison.Ordinal);

        Assert.Equal(facts.CpuThreads > facts.CpuCores, enabled);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Memory_agrees_in_KB_pages_and_nodes(string profile)
    {
        using var host = new SimulatedHost(profile);
        HardwareFacts facts = HostFacts.Read(host.Host).Hardware;
        string comprehensive = host.Get("/memory/comprehensive");
        string memInfo = host.Get("/memory/memInfo");
        string[] nodes = [.. host.List("/memory/nodeList").Select(node => host.Get("/memory/nodeList/" + node))];

        Assert.Equal(facts.MemoryBytes, Number(comprehensive, "Physical memory estimate") * 1024);
        Assert.Equal(facts.MemoryBytes, Number(memInfo, "(Total|System memory) .pages.") * 4096);
        Assert.Equal(facts.MemoryBytes, nodes.Sum(node => Number(node, "Total( memory)? .pages.")) * 4096);
        Assert.Equal(facts.NumaNodes, nodes.Length);

        long free = Number(comprehensive, "Free");
        Assert.Equal(free * 1024, Number(memInfo, "Free .pages.") * 4096);
        Assert.Equal(free, nodes.Sum(node => Number(node, "Free( memory)? .pages.")) * 4);
        Assert.InRange(free * 1024, 1, facts.MemoryBytes - 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Version_agrees_between_tools(string profile)
    {
        using var host = new SimulatedHost(profile);
        HostFacts facts = HostFacts.Read(host.Host);

        Assert.StartsWith(profile + ".", facts.Version);
        Assert.Contains("productVersion:" + facts.Version, host.Get("/system/version"), StringComparison.Ordinal);
        Assert.Contains("buildType:release", host.Get("/system/version"), StringComparison.Ordinal);
        Assert.Contains(facts.Build, host.Get("/system/version"), StringComparison.Ordinal);
        Assert.Contains(facts.Build, host.Run("vmware -v").Output, StringComparison.Ordinal);
        Assert.Contains("Releasebuild-" + facts.Build, host.Run("esxcli system version get").Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_board_is_the_same_in_vsish_and_esxcli(string profile)
    {
        using var host = new SimulatedHost(profile);
        HardwareFacts facts = HostFacts.Read(host.Host).Hardware;
        string dmi = host.Get("/hardware/bios/dmiInfo");
        string array = string.Concat(Regex.Matches(dmi, @"\[[0-9]+\]: 0x([0-9a-f]+)").Select(one => one.Groups[1].Value.PadLeft(2, '0')));

        Assert.Equal(facts.Uuid.Replace("-", "", StringComparison.Ordinal), array);
        Assert.Contains(":" + facts.Model + "\n", dmi, StringComparison.Ordinal);
        Assert.Contains(":" + facts.Vendor + "\n", dmi, StringComparison.Ordinal);
        Assert.Contains(":" + facts.SerialNumber + "\n", dmi, StringComparison.Ordinal);
        Assert.Contains("Product Name: " + facts.Model + "\n", host.Run("esxcli hardware platform get").Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_notation_occurs(string profile)
    {
        using var host = new SimulatedHost(profile);
        string[] leaves = [.. Leaves(host)];
        var notations = new Dictionary<string, string>
        {
            ["trailing blanks"] = @"[^ \n] +\n",
            ["a padded key"] = @"(?m)^   [^:\n]+  +:[^ ]",
            ["a colon in a key"] = @"(?m)^   Volume: Unmap IOs +:20$",
            ["a colon in a value"] = @"(?m)^   MAC:[0-9a-f]{2}:[0-9a-f]{2}:",
            ["a key with signs"] = @"(?m)^   (# queues supported|Monitor wait supported\?|asc/ascq|Total \(pages\)|System memory \(pages\)):",
            ["an empty value"] = @"(?m)^   [A-Z][^:\n]*:$",
            ["an enumeration with its type"] = @"(?m):[A-Z]\w+: -?\d+ -> ",
            ["an enumeration without a type"] = @"(?m)^   [A-Z][^:\n]+: \d+ -> ",
            ["flags"] = @"(?m): ?0x[0-9a-f]+ -> \w+ \w+",
            ["an array glued to its key"] = @"(?m)^ +[^\n\[]+:\[0\]: .*\n\[1\]: ",
            ["an array at the top level"] = @"\A\[0\]: .*\n\[1\]: ",
            ["a nested struct"] = @"(?m)^   [^:\n]+:[^\n]+ \{\n      [^\n]+:",
            ["a struct two levels deep"] = @"(?m)^      [^:\n]+:[^\n]+ \{\n         ",
            ["a text of several lines"] = @"(?s)\A[^\n]+ \{\n.*\n[^\[{}:\n]+\n.*\}\n\z",
            ["a uuid as text"] = @"(?m)uuid:([0-9a-f]{2} ){7}[0-9a-f]{2}-([0-9a-f]{2} ){7}[0-9a-f]{2}$",
            ["a uuid as an array"] = @"(?m)^   UUID:\[0\]: 0x",
            ["a number with a unit"] = @"(?m):\d+ KB ?$",
            ["a time"] = @"(?m):\d+ usec ?$",
            ["a unit in the key"] = @"(?m)^   Max support RAM \(in MB\):\d+$",
            ["a hexadecimal number"] = @"(?m):0x[0-9a-f]+$",
            ["a negative number"] = @"(?m):-1$",
            ["a number of 64 bits"] = @"(?m):18446744073709551615$",
            ["a number of 32 bits"] = @"(?m):4294967295$",
            ["a lone number"] = @"\A\d+\n\z",
        };

        foreach ((string notation, string pattern) in notations)
        {
            Assert.True(leaves.Any(leaf => Regex.IsMatch(leaf, pattern)), $"{profile} has no node with {notation}");
        }

        Assert.NotEqual(host.List("/").Order(StringComparer.Ordinal), host.List("/"));
        Assert.Contains("Not supported", host.Run("vsish -e get /hardware/ipmi/fru/1").Error, StringComparison.Ordinal);
        Assert.Contains("2098420/", host.List("/world"));
        Assert.Contains("Not found", host.Run("vsish -e get /world/2098420/name").Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_leaf_ends_in_a_line_break_and_no_variable_is_left(string profile)
    {
        using var host = new SimulatedHost(profile);

        Assert.All(Leaves(host), leaf =>
        {
            Assert.EndsWith("\n", leaf);
            Assert.DoesNotContain("$(", leaf, StringComparison.Ordinal);
            Assert.DoesNotContain("¶", leaf, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Structs_open_and_close(string profile)
    {
        using var host = new SimulatedHost(profile);

        Assert.All(Leaves(host), leaf =>
        {
            string[] lines = leaf.Split('\n');
            Assert.Equal(lines.Count(line => line.EndsWith(" {", StringComparison.Ordinal)), lines.Count(line => line.Trim() == "}"));
        });
    }

    [Fact]
    public void Releases_word_the_same_facts_differently()
    {
        string[] CpuInfo(string profile)
        {
            using var host = new SimulatedHost(profile);
            return host.Get("/hardware/cpu/cpuInfo").Split('\n');
        }

        string[][] texts = [.. Profile.Names.Select(CpuInfo)];
        Assert.Equal(3, texts.Select(lines => lines[0]).Distinct().Count());
        Assert.Equal(3, texts.Select(lines => lines.Single(line => line.Contains("Hyperthreading", StringComparison.Ordinal))).Distinct().Count());
    }

    [Fact]
    public void A_node_that_is_wanted_is_missing_in_one_release()
    {
        using var old = new SimulatedHost("6.7");
        using var recent = new SimulatedHost("8.0");

        Assert.Equal(1, old.Run("vsish -e get /hardware/bios/biosInfo").Status);
        Assert.Equal(0, recent.Run("vsish -e get /hardware/bios/biosInfo").Status);
    }

    private static IEnumerable<string> Leaves(SimulatedHost host) =>
        Directory.EnumerateFiles(host.Host.Vsi, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != ".order" && !file.EndsWith(".error", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    private static long Number(string text, string key)
    {
        Match match = Regex.Match(text, $"(?m)^   {key}[^:\n]*:(?<number>[0-9]+)");
        Assert.True(match.Success, $"'{key}' is not in:\n{text}");
        return long.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
    }
}
