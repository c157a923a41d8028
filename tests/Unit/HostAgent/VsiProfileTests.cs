using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Messages;
using EsxAgent.Simulator.Profiles;
using EsxAgent.Tests.Simulator;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

/// <summary>Every node of every simulated release is read for what it is.</summary>
public sealed partial class VsiProfileTests
{
    /// <summary>Members that are texts: names, versions, addresses, sentences.</summary>
    private static readonly HashSet<string> TextMembers =
    [
        "Address", "Asset Tag", "BIOS Release Date", "BIOS Vendor", "BIOS Version", "buildType", "CPU power management", "cfg path", "clientName",
        "Comment (may be empty)",
        "config file path", "Current value", "Default value", "Description", "Display name", "display name", "Driver Firmware Version", "Driver Name",
        "Driver Version", "dvPortId",
        "Family", "Family/Model/Stepping", "fixed Hw Id", "Hyperthreading state", "Long name", "MAC", "Memory power management", "Model",
        "Module Interface Used By The Driver", "Name", "PCI Address", "portCfg", "Product", "Product Name", "productName", "productVersion", "queue 0",
        "releaseDate", "Revision", "Serial Number", "Serial number", "Short name", "SKU", "System Device Name", "text", "unicastAddr", "Vendor", "Vendor Name",
        "Version", "Version Number",
        "Volume Name", "asc/ascq", "uplinks", "-- General Statistics", "-- Driver Specific Statistics",
    ];

    /// <summary>Leaves and elements that are texts as a whole.</summary>
    private static readonly string[] TextNodes =
        ["/bootCmdLine", "/cmdline", "/cpuModelName", "/cStates", "/groupName", "/name", "/sfp/vendor", "/vmfs3/version"];

    public static TheoryData<string> Names => [.. Profile.Names];

    [GeneratedRegex(@"^(-?(0|[1-9][0-9]*)( [A-Za-z%]+)?|0x[0-9a-fA-F]+|([0-9a-f]{2}[ -]){15}[0-9a-f]{2}|.*->.*)$")]
    private static partial Regex Notation();

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_plain_text_but_what_is_one(string profile)
    {
        using var host = new SimulatedHost(profile);
        var texts = new HashSet<string>();
        foreach ((string path, string text) in Leaves(host))
        {
            VsiValue value = Read(text);
            Type expected = text.Split('\n')[0].EndsWith(" {", StringComparison.Ordinal) ? typeof(VsiStructValue)
                : text.StartsWith("[0]: ", StringComparison.Ordinal) ? typeof(VsiArrayValue)
                : typeof(VsiValue);
            Assert.True(
                expected == value.GetType() || (expected == typeof(VsiValue) && value is not (VsiStructValue or VsiArrayValue)),
                $"{path} was read as {value.GetType().Name}:\n{text}");
            Collect(path, string.Empty, value, texts);
        }

        string[] unexpected = [.. texts.Where(text => !TextMembers.Contains(text) && !TextNodes.Any(node => text.EndsWith(node, StringComparison.Ordinal)))];
        Assert.True(unexpected.Length == 0, $"These were read as plain text: {string.Join(", ", unexpected)}");
    }

    [Fact]
    public void No_release_lacks_a_text_that_is_expected()
    {
        var texts = new HashSet<string>();
        foreach (string profile in Profile.Names)
        {
            using var host = new SimulatedHost(profile);
            foreach ((string path, string text) in Leaves(host))
            {
                Collect(path, string.Empty, Read(text), texts);
            }
        }

        Assert.Empty(TextMembers.Except(texts));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_member_that_is_printed_is_read_with_its_name(string profile)
    {
        using var host = new SimulatedHost(profile);
        foreach ((string path, string text) in Leaves(host))
        {
            VsiText read = VsiText.Parse(Encoding.UTF8.GetBytes(text));
            int lines = text.Split('\n').Count(line => line.Trim() is not ("" or "}"));
            int arrays = 0;
            int furtherLines = 0;
            for (int i = 0; i < read.Count; i++)
            {
                arrays += read[i].Kind == VsiEntryKind.Array ? 1 : 0;
                furtherLines += read.ValueOf(read[i]).Count((byte)'\n');
            }

            // Each line is an entry, but for those of a text of several lines; an array has its own besides those of its elements.
            Assert.True(lines - furtherLines + arrays == read.Count, $"{path}: {lines} lines were read as {read.Count} entries:\n{text}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_the_host_writes_of_each_node_the_guest_reads(string profile)
    {
        using var host = new SimulatedHost(profile);
        Assert.All(Leaves(host), leaf =>
        {
            string written = VsiJsonTests.Written(leaf.Text);

            Assert.Equal(written, VsiJsonTests.ReadAndWrittenAgain(written));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reading_allocates_less_than_two_bytes_a_byte(string profile)
    {
        using var host = new SimulatedHost(profile);
        byte[][] texts = [.. Leaves(host).Select(leaf => Encoding.UTF8.GetBytes(leaf.Text))];
        int entries = VsiText.Parse(texts[0]).Count;

        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (byte[] text in texts)
        {
            entries += VsiText.Parse(text).Count;
        }

        double allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        int bytes = texts.Sum(text => text.Length);
        Assert.True(allocated < 2.0 * bytes, $"{allocated} bytes were allocated for {bytes} bytes with {entries} entries.");
    }

    private static void Collect(string path, string name, VsiValue value, HashSet<string> texts)
    {
        switch (value)
        {
            case VsiTextValue text:
                Assert.False(
                    Notation().IsMatch(text.Text) && !LooksLikeANumberOnly(text.Text),
                    $"{path} {name}: '{text.Text}' has a notation and was read as text");
                texts.Add(name.Length > 0 ? name : path);
                break;
            case VsiArrayValue array:
                foreach (VsiValue item in array.Items)
                {
                    Collect(path, name, item, texts);
                }

                break;
            case VsiStructValue structure:
                foreach (VsiMember member in structure.Members)
                {
                    Collect(path, member.Name, member.Value, texts);
                }

                break;
        }
    }

    /// <summary>Digits with a zero before them are the name of something.</summary>
    private static bool LooksLikeANumberOnly(string text) => text.Length > 1 && text[0] == '0' && char.IsAsciiDigit(text[1]);

    private static VsiValue Read(string text) => JsonSerializer.Deserialize(VsiJsonTests.Written(text), ProtocolJson.Default.VsiValue)!;

    private static IEnumerable<(string Path, string Text)> Leaves(SimulatedHost host)
    {
        string root = host["vsi"];
        foreach (string file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (!file.EndsWith(".order", StringComparison.Ordinal) && !file.EndsWith(".error", StringComparison.Ordinal))
            {
                yield return (file[root.Length..], File.ReadAllText(file));
            }
        }
    }
}
