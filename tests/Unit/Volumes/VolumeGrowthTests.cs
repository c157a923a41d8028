using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Volumes;

/// <summary>Enlarging an eager zeroed volume: the new part is zeroed too, which takes its time, and what is stopped in the middle is taken back.</summary>
public sealed class VolumeGrowthTests : IDisposable
{
    private const long MiB = 1L << 20;
    private const string Eager = ",\"format\":\"eagerZeroedThick\"";

    private readonly World _world = World.Start(machines: ["web01"], datastores: ["ds1=100GB"]);
    private readonly WireConnection _guest;

    public VolumeGrowthTests() => _guest = _world.Guest();

    private string Extent => Path.Combine(_world.Host.GroupOn("ds1"), "v1", "v1-flat.vmdk");

    [Fact]
    public void Its_new_part_is_zeroed_with_progress()
    {
        _ = _guest.Create("v1", 4 * MiB, Eager).Result;
        _world.Host.SetDiskSpeed(16 * MiB);
        _guest.Notifications.Clear();

        JsonNode grown = _guest.Change("resize", "v1", $",\"sizeBytes\":{20 * MiB},\"workDoneToken\":\"t\"").Result!;

        Assert.Equal((20 * MiB, "eagerZeroedThick", "ok"), (grown["sizeBytes"]!.GetValue<long>(), grown.Text("format"), grown.Text("state")));
        int[] percents = [.. _guest.Notifications.Select(one => one.Json["params"]!["value"]!["percentage"]!.GetValue<int>())];
        Assert.True(percents.Distinct().Count() > 3 && percents.SequenceEqual(percents.Order()), $"A second of zeroing was reported as {string.Join(' ', percents)}.");
    }

    [Fact]
    public void A_tool_that_does_not_zero_the_new_part_is_told_and_the_volume_stays_as_it_was()
    {
        JsonNode before = _guest.Create("v1", 4 * MiB, Eager).Result!;
        _world.Host.SetFaults(HostFault.Fails("vmkfstools", 1, "vmkfstools: unrecognized option '-d'", "-X * -d eagerzeroedthick *"));

        WireMessage refused = _guest.Change("resize", "v1", $",\"sizeBytes\":{8 * MiB}").MustFail("ToolFailed", -32030);

        Assert.Contains("unrecognized option", refused.Json["error"]!["data"]!.Text("toolError"), StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(before, Assert.Single(_guest.Volumes())), "it changed all the same");
    }

    [Fact]
    public void Other_formats_ask_the_tool_for_no_zeros()
    {
        _world.Host.SetFaults(HostFault.Fails("vmkfstools", 1, "not wanted", "-X * -d *"));
        _ = _guest.Create("v1", 4 * MiB, ",\"format\":\"zeroedThick\"").Result;
        Assert.Equal("zeroedThick", _guest.Change("resize", "v1", $",\"sizeBytes\":{8 * MiB}").Result!.Text("format"));
    }

    [Fact]
    public void Cancelled_in_the_middle_it_has_its_old_size_and_nothing_of_the_new_part()
    {
        JsonNode before = _guest.Create("v1", 4 * MiB, Eager).Result!;
        _world.Host.SetDiskSpeed(4 * MiB);
        string id = _guest.StartCall("volume/resize", VolumeGuest.Parameters("v1", $",\"sizeBytes\":{40 * MiB}"));
        Eventually.Holds("a part is added", () => new FileInfo(Extent).Length > 5 * MiB);

        Assert.Equal("staging", Assert.Single(_guest.Volumes()).Text("state"));
        _guest.SendFrame(Frame.Notification("$/cancelRequest", $$"""{"id":{{id}}}"""));
        _guest.ReceiveAnswer(id, TimeSpan.FromSeconds(5)).MustFail("RequestCancelled", -32800);

        Assert.Equal(4 * MiB, new FileInfo(Extent).Length);
        Assert.True(JsonNode.DeepEquals(before, Assert.Single(_guest.Volumes())), "it is not as it was");
    }

    public void Dispose()
    {
        _guest.Dispose();
        _world.Dispose();
    }
}
