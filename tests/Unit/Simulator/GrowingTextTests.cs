using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using EsxAgent.Simulator.Vsish;
using Xunit;

namespace EsxAgent.Tests.Simulator;

/// <summary>Leaves whose numbers grow while the host runs.</summary>
public sealed class GrowingTextTests
{
    [Theory]
    [InlineData("7\n", "3\n", 2.5, "14\n")]
    [InlineData("card {\n   Rx:5\n   Tx:6\n}\n", "Rx:10\n", 2, "card {\n   Rx:25\n   Tx:6\n}\n")]
    [InlineData("   used : 5 KB ¶\n", "used:1\n", 3, "   used : 8 KB ¶\n")]
    [InlineData("Rx:1\nTx:1", "Rx:1\nTx:2", 1, "Rx:2\nTx:3")]
    [InlineData("Rx:text\nRx:-5\n", "Rx:1\n", 1, "Rx:text\nRx:-5\n")]
    [InlineData("a:5\n", "b:1\n", 1, "a:5\n")]
    [InlineData("a:5\n", "a:1\n", -60, "a:5\n")]
    [InlineData("", "a:1\n", 1, "")]
    public void Numbers_grow_by_their_rate_and_the_rest_stays(string text, string rates, double seconds, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(GrowingText.After(Encoding.UTF8.GetBytes(text), rates, TimeSpan.FromSeconds(seconds))));

    [Fact]
    public void Rates_that_say_no_number_are_an_error() => Assert.Throws<FormatException>(() => GrowingText.After([], "Rx:many\n", TimeSpan.Zero));

    [Theory]
    [InlineData("6.7")]
    [InlineData("7.0")]
    [InlineData("8.0")]
    public void Counters_of_every_card_are_amounts_and_grow_where_there_is_traffic(string profile)
    {
        using var host = new HostProcesses("--profile", profile, "--traffic");
        foreach (string card in (string[])["vmnic0", "vmnic1"])
        {
            string node = $"/net/pNics/{card}/stats";
            string[] labels = ["Rx Packets", "Tx Packets", "Rx Bytes", "Tx Bytes", "rx_packets", "tx_packets"];
            long[] before = Array.ConvertAll(labels, label => Number(host, node, label));
            Thread.Sleep(200);
            long[] after = Array.ConvertAll(labels, label => Number(host, node, label));

            Assert.All(before, number => Assert.True(number > 0, $"A counter of {card} is {number}."));
            Assert.All(after, (number, i) => Assert.True(number > before[i], $"'{labels[i]}' of {card} was {before[i]} and is {number}."));
            Assert.Equal(0, Number(host, node, "Rx Errors"));
        }

        Assert.DoesNotContain("rates", host.Run("vsish -e ls /net/pNics/vmnic0").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_traffic_nothing_moves()
    {
        using var host = new HostProcesses();

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(host.Root, "vsi"), "*.rates", SearchOption.AllDirectories));
        Assert.Equal(1234, Number(host, "/net/pNics/vmnic1/stats", "Rx Packets"));
    }

    private static long Number(HostProcesses host, string node, string label)
    {
        foreach (string line in host.Run($"vsish -e get {node}").Output.Split('\n'))
        {
            string[] parts = line.Split(':', 2, StringSplitOptions.TrimEntries);
            if (parts[0] == label)
            {
                return long.Parse(parts[1], CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException($"The node {node} has no member '{label}'.");
    }
}
