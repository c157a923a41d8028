using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>Every fact about a host comes from what its tools print: change it and the answer follows, take it away and just that is missing.</summary>
public sealed class HostFactTests
{
    private const string Dmi = "/hardware/bios/dmiInfo";
    private const string Bios = "/hardware/bios/biosInfo";
    private const string Cpu = "/hardware/cpu/cpuInfo";
    private const string Memory = "/memory/comprehensive";
    private const string Refresh = """{"refresh":true}""";

    public static TheoryData<string> Profiles => ["6.7", "7.0", "8.0"];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Every_member_follows_what_its_tool_prints(string profile)
    {
        using World world = World.Start(profile);
        using WireConnection guest = world.Guest();
        JsonObject before = Ask(guest);
        IReadOnlyDictionary<string, string> expected = ChangeEverything(world.Host, profile);

        JsonObject after = Ask(guest, Refresh);
        foreach ((string member, string value) in expected)
        {
            Assert.Equal($"{member}: {value}", $"{member}: {after[member]}");
            Assert.NotEqual($"{member}: {value}", $"{member}: {before[member]}");
        }

        Assert.Equal("fe" + before["uuid"]!.GetValue<string>()[2..], after["uuid"]!.GetValue<string>());
        DateTime boot = DateTime.Parse(after["bootTime"]!.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        Assert.InRange(boot, s_boot.AddSeconds(-2), s_boot.AddSeconds(2));
        double uptime = (DateTime.UtcNow - s_boot).TotalSeconds;
        Assert.InRange(after["uptimeSeconds"]!.GetValue<long>(), uptime - 10, uptime + 10);

        // Nothing of the answer is left that no tool gave.
        string[] members = [.. expected.Keys, "uuid", "bootTime", "uptimeSeconds", "warnings", .. profile == "6.7" ? new[] { "biosVersion", "biosDate" } : []];
        Assert.Equal(after.Select(member => member.Key).Order(), members.Order());
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void What_changes_follows_within_a_second_and_the_rest_when_it_is_asked_for(string profile)
    {
        string[] changing = ["hostName", "memoryBytes", "memoryFreeBytes", "powerPolicy", "maintenanceMode"];
        using World world = World.Start(profile);
        using WireConnection guest = world.Guest();
        JsonObject before = Ask(guest);
        IReadOnlyDictionary<string, string> expected = ChangeEverything(world.Host, profile);
        long started = Environment.TickCount64;
        JsonObject after = before;
        Eventually.Holds("the answer follows", () => (after = Ask(guest))["powerPolicy"]!.ToString() == expected["powerPolicy"]);
        Assert.InRange(Environment.TickCount64 - started, 0, 5_000);
        foreach (string member in expected.Keys)
        {
            string wanted = changing.Contains(member) ? expected[member] : $"{before[member]}";
            Assert.Equal($"{member}: {wanted}", $"{member}: {after[member]}");
        }

        Assert.Equal(expected["version"], Ask(guest, Refresh)["version"]!.ToString());
        Assert.Equal(expected["version"], Ask(guest)["version"]!.ToString());
    }

    [Fact]
    public void Within_a_second_no_tool_is_asked_again()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        Ask(guest);
        world.Host.EditNode("/power/currentPolicy", text => text.Replace("Balanced", "Changed", StringComparison.Ordinal));
        long started = ToolsStarted(guest);
        long time = Environment.TickCount64;
        int asked = 0;
        while (Environment.TickCount64 - time < 300)
        {
            Assert.Equal("Balanced", Ask(guest)["powerPolicy"]!.ToString());
            asked++;
        }

        Assert.InRange(asked, 10, int.MaxValue);
        Assert.Equal(started, ToolsStarted(guest));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Each_source_that_is_taken_away_takes_its_members_along_and_is_named_once(string profile)
    {
        using World world = World.Start(profile);
        using WireConnection guest = world.Guest();
        JsonObject before = Ask(guest);
        foreach ((string source, string[] members) in HostInfoAnswer.Sources)
        {
            using (TakeAway(world.Host, [source]))
            {
                JsonObject after = Ask(guest, Refresh);
                HostInfoAnswer.MustLack(after, before, members);
                Assert.Equal(Named(before).Append(source).Distinct().Order(), Named(after).Order());
            }
        }

        HostInfoAnswer.MustLack(Ask(guest, Refresh), before, []);
    }

    [Fact]
    public void Any_sources_that_are_taken_away_take_just_their_members_along()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        JsonObject before = Ask(guest);
        Gen<string[]> some = Gen.SubListOf(HostInfoAnswer.Sources.Keys).Select(list => list.ToArray());
        Prop.ForAll(some.ToArbitrary(), sources =>
        {
            using (TakeAway(world.Host, sources))
            {
                JsonObject after = Ask(guest, Refresh);
                HostInfoAnswer.MustLack(after, before, [.. sources.SelectMany(source => HostInfoAnswer.Sources[source])]);
                Assert.Equal(sources.Order(), Named(after).Order());
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));
    }

    [Fact]
    public void Any_text_that_a_vendor_prints_arrives_as_it_is()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        Gen<string> texts = Gen.Elements("abcXYZ019 :.,;()<>&\"'\\#%/-_+=|@$é漢𝄞".EnumerateRunes().Select(rune => rune.ToString()))
            .NonEmptyListOf().Select(runes => string.Concat(runes).Trim()).Where(text => text.Length > 0);
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            SetMember(world.Host, Dmi, "Serial Number", text);
            Assert.Equal(text, Ask(guest, Refresh)["serialNumber"]!.ToString());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));
    }

    [Fact]
    public void Guests_that_ask_at_the_same_time_share_what_the_tools_say()
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.IsSlow("vmware", 700)));
        WireConnection[] guests = [.. Enumerable.Range(0, 8).Select(i => world.Guest(i % 2))];
        long started = ToolsStarted(guests[0]);
        string[] ids = [.. guests.Select(guest => guest.StartCall("host/info", Refresh))];
        string[] answers = [.. guests.Select((guest, i) => guest.ReceiveAnswer(ids[i]).Result!["build"]!.ToString())];
        Assert.Equal("24674464", Assert.Single(answers.Distinct()));

        // Twelve for one; not for each.
        Assert.InRange(ToolsStarted(guests[0]) - started, 12, 4 * 12);
        foreach (WireConnection guest in guests)
        {
            guest.Dispose();
        }
    }

    private static readonly DateTime s_boot = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private static JsonObject Ask(WireConnection guest, string? parameters = null) => guest.Call("host/info", parameters).Result!.AsObject();

    private static long ToolsStarted(WireConnection guest) => guest.Call("agent/status").Result!["counters"]!["toolsStarted"]!.GetValue<long>();

    /// <summary>The sources that the warnings name.</summary>
    private static IEnumerable<string> Named(JsonObject answer) => answer["warnings"]!.AsArray().Select(warning => warning!.ToString().Split(": ")[0]);

    /// <summary>Changes every fact that the tools print.</summary>
    /// <returns>What must stand in the answer then, by member, apart from the uuid and the times.</returns>
    private static Dictionary<string, string> ChangeEverything(SimulatedHost host, string profile)
    {
        SetMember(host, Dmi, "Vendor(?: Name)?", "Acme: Sons & <Co>");
        SetMember(host, Dmi, "Product(?: Name)?", "Model 9 (rev. B)");
        SetMember(host, Dmi, "Serial [Nn]umber", "SN:0000-1");
        host.EditNode(Dmi, text => Regex.Replace(text, @"\[0\]: 0x[0-9a-f]+", "[0]: 0xfe"));
        SetMember(host, Cpu, "Number of packages", "4");
        SetMember(host, Cpu, "Number of cores", "64");
        SetMember(host, Cpu, @"Number of CPUs(?: \(threads\))?", "128");
        SetMember(host, Cpu, "Hyperthreading state", profile switch { "6.7" => "enabled", "7.0" => " 1 -> Disabled", _ => "CPU_HTState: 1 -> Disabled" });
        host.EditNode("/hardware/cpu/cpuModelName", _ => "AMD EPYC 9654 96-Core Processor    \n");
        string clock = profile switch { "6.7" => "Hz", "7.0" => "CPU speed", _ => @"CPU speed \(Hz\)" };
        SetMember(host, "/hardware/cpu/cpuList/0", clock, profile == "7.0" ? "2500999999 Hz" : "2500999999");
        File.WriteAllText(host.NodePath("/memory/nodeList/2"), "NUMA node {\n   Node ID:2\n}\n");
        SetMember(host, Memory, "Physical memory estimate", "1000 KB");
        SetMember(host, Memory, "Free", "500 KB ");
        SetMember(host, "/power/currentPolicy", "Long name", "Low Power");
        host.SetFact("hostName", "esx99");
        host.SetFact("maintenanceMode", true);
        host.SetFact("product", "VMware ESX");
        host.SetFact("version", "9.1.2");
        host.SetFact("build", "12345678");
        host.SetFact("releaseName", "VMware ESX 9.1 Update 2");
        host.SetFact("bootTime", s_boot.ToString("O", CultureInfo.InvariantCulture));
        var expected = new Dictionary<string, string>
        {
            ["vendor"] = "Acme: Sons & <Co>",
            ["model"] = "Model 9 (rev. B)",
            ["serialNumber"] = "SN:0000-1",
            ["cpuPackages"] = "4",
            ["cpuCores"] = "64",
            ["cpuThreads"] = "128",
            ["hyperthreading"] = profile == "6.7" ? "true" : "false",
            ["cpuModel"] = "AMD EPYC 9654 96-Core Processor",
            ["cpuMhz"] = "2500",
            ["numaNodes"] = "3",
            ["memoryBytes"] = "1024000",
            ["memoryFreeBytes"] = "512000",
            ["powerPolicy"] = "Low Power",
            ["hostName"] = "esx99.lab.example",
            ["maintenanceMode"] = "true",
            ["product"] = "VMware ESX",
            ["version"] = "9.1.2",
            ["build"] = "12345678",
            ["update"] = "VMware ESX 9.1 Update 2",
        };
        if (profile != "6.7")
        {
            // That release does not tell of its firmware here.
            SetMember(host, Bios, "BIOS Version", "9.9: beta");
            SetMember(host, Bios, "BIOS Release Date", "12/31/2025");
            expected["biosVersion"] = "9.9: beta";
            expected["biosDate"] = "12/31/2025";
        }

        return expected;
    }

    /// <summary>Writes another value behind a label of a node.</summary>
    private static void SetMember(SimulatedHost host, string node, string label, string value)
    {
        string path = host.NodePath(node);
        string before = File.ReadAllText(path);
        var line = new Regex($"^( *{label}:).*$", RegexOptions.Multiline);
        Assert.Single(line.Matches(before));
        File.WriteAllText(path, line.Replace(before, match => match.Groups[1].Value + value));
    }

    /// <summary>Lets sources be missing until the answer is disposed of.</summary>
    private static Restoration TakeAway(SimulatedHost host, IReadOnlyCollection<string> sources)
    {
        var moved = new List<string>();
        var faults = new List<HostFault>();
        foreach (string source in sources)
        {
            string question = source[(source.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            if (source.StartsWith("esxcli", StringComparison.Ordinal))
            {
                faults.Add(HostFault.Fails("esxcli", 1, "Unknown command", $"*{question}"));
                faults.Add(HostFault.Fails("localcli", 1, "Unknown command", $"*{question}"));
                continue;
            }

            bool isTool = source.StartsWith("vmware", StringComparison.Ordinal);
            string path = isTool ? host.ToolPath("vmware") : host.NodePath(question.Replace("ls ", string.Empty, StringComparison.Ordinal));
            if (Path.Exists(path))
            {
                Directory.Move(path, path + ".away");
                moved.Add(path);
            }
        }

        host.SetFaults([.. faults]);
        return new Restoration(host, moved);
    }

    private sealed class Restoration(SimulatedHost host, IReadOnlyList<string> moved) : IDisposable
    {
        public void Dispose()
        {
            host.SetFaults();
            foreach (string path in moved)
            {
                Directory.Move(path + ".away", path);
            }
        }
    }
}
