using System;
using System.Text.Json.Nodes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>Tools that print megabytes where a line was expected: it costs what they were asked for, not the memory that all guests share.</summary>
public sealed class LongOutputTests
{
    /// <summary>Just under what a tool may print, 8 MiB, so that it is not stopped for that.</summary>
    private const int Megabytes = 8_300_000;

    [Theory]
    [InlineData("vmware", "-vl", "version")]
    [InlineData("vsish", "-e get /hardware/cpu/cpuModelName", "cpuModel")]
    [InlineData("vsish", "-e get /hardware/bios/dmiInfo", "serialNumber")]
    [InlineData("vsish", "-e ls /memory/nodeList", "numaNodes")]
    [InlineData("*", "*system hostname get", "hostName")]
    public void A_source_of_facts_costs_its_own_members(string tool, string arguments, string member)
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.Floods(tool, Megabytes, arguments)));
        using Bystander other = world.WatchFromAside();
        using WireConnection guest = world.Guest();
        JsonNode facts = guest.Call("host/info").Result!;
        Assert.Null(facts[member]);
        Assert.NotNull(facts["memoryBytes"]);
        Assert.Single(facts["warnings"]!.AsArray(), warning => warning!.GetValue<string>().Contains(arguments.Split(' ')[^1], StringComparison.Ordinal));
        other.MustHaveNoticedNothing();
    }

    [Fact]
    public void The_exact_sizes_of_datastores_are_replaced_by_those_of_the_list()
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.Floods("vmkfstools", Megabytes)));
        using WireConnection guest = world.Guest();
        JsonArray items = guest.Call("host/datastores").Result!["items"]!.AsArray();
        Assert.Equal(2, items.Count);
        Assert.All(items, item => Assert.NotNull(item!["freeBytes"]));
    }

    [Fact]
    public void The_list_of_datastores_is_an_error()
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.Floods("*", Megabytes, "*storage filesystem list")));
        using WireConnection guest = world.Guest();
        guest.Call("host/datastores").MustFail("ToolFailed", -32030);
        Assert.Equal("{}", guest.Call("$/ping").Result!.ToJsonString());
    }

    [Theory]
    [InlineData("-e get */vmmLeader")]
    [InlineData("-e get */vmmGroupInfo")]
    public void Who_is_calling_cannot_be_told(string arguments)
    {
        using World world = World.Start(prepare: host => host.SetFaults(HostFault.Floods("vsish", Megabytes, arguments)));
        using WireConnection guest = world.Connect();
        WireMessage answer = guest.Initialize().MustFail("PeerUnidentified", -32011);
        Assert.InRange(answer.ToString().Length, 1, 2_000);
    }
}
