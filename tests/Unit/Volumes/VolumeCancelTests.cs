using System;
using System.Text.Json.Nodes;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Volumes;

/// <summary>Cancelling a change by its operation id, from another connection than the one that asked for it, and of several requests for one change.</summary>
public sealed class VolumeCancelTests : IDisposable
{
    private const long MiB = 1L << 20;
    private const string Cancel = ",\"cancel\":true";

    private readonly World _world = World.Start(machines: ["web01"], datastores: ["ds1=100GB"]);
    private readonly WireConnection _guest;

    public VolumeCancelTests() => _guest = _world.Guest();

    [Fact]
    public void A_change_whose_connection_is_lost_is_cancelled_over_another_one()
    {
        string id = VolumeGuest.NewId();
        _world.Host.SetFaults(HostFault.Hangs("vmkfstools", "-c *"));
        using (WireConnection lost = _world.Guest())
        {
            lost.StartCall("volume/create", VolumeGuest.Parameters("v1", $",\"sizeBytes\":{MiB}", id));
            Eventually.Holds("the tool runs", _world.Agent.HasDiskToolRunning);
        }

        _guest.Create("v1", MiB, Cancel, id).MustFail("RequestCancelled", -32800);

        Assert.Empty(_guest.Volumes());
        Assert.Empty(_world.Host.StagedOn("ds1"));
        Eventually.Holds("no tool is left", () => _world.Agent.Footprint.Children == 0);
    }

    [Fact]
    public void A_change_is_cancelled_by_its_id_also_where_the_host_has_not_noticed_that_the_first_connection_is_lost()
    {
        string id = VolumeGuest.NewId();
        _world.Host.SetFaults(HostFault.Hangs("vmkfstools", "-c *"));
        using WireConnection silent = _world.Guest();
        string first = silent.StartCall("volume/create", VolumeGuest.Parameters("v1", $",\"sizeBytes\":{MiB}", id));
        Eventually.Holds("the tool runs", _world.Agent.HasDiskToolRunning);

        _guest.Create("v1", MiB, Cancel, id).MustFail("RequestCancelled", -32800);

        Assert.Empty(_world.Host.StagedOn("ds1"));
        silent.ReceiveAnswer(first, TimeSpan.FromSeconds(5)).MustFail("RequestCancelled", -32800);
    }

    [Fact]
    public void A_change_that_is_done_is_answered_as_it_was()
    {
        string id = VolumeGuest.NewId();
        JsonNode made = _guest.Create("v1", MiB, id: id).Result!;
        Assert.True(JsonNode.DeepEquals(made, _guest.Create("v1", MiB, Cancel, id).Result));
        Assert.Single(_guest.Volumes());
    }

    [Fact]
    public void A_change_that_was_never_begun_is_not_begun()
    {
        _guest.Create("v1", MiB, Cancel).MustFail("RequestCancelled", -32800);
        _guest.Change("remove", "v1", Cancel).MustFail("RequestCancelled", -32800);
        Assert.Empty(_guest.Volumes());
    }

    [Fact]
    public void The_same_id_with_other_arguments_cancels_nothing()
    {
        string id = VolumeGuest.NewId();
        _world.Host.SetFaults(HostFault.IsSlow("vmkfstools", 1_500, "-c *"));
        string running = _guest.StartCall("volume/create", VolumeGuest.Parameters("v1", $",\"sizeBytes\":{MiB}", id));
        using WireConnection other = _world.Guest();
        Eventually.Holds("the tool runs", _world.Agent.HasDiskToolRunning);

        other.Create("v1", 2 * MiB, Cancel, id).MustFail("OperationConflict", -32022);

        Assert.Equal("v1", _guest.ReceiveAnswer(running, TimeSpan.FromSeconds(20)).Result!.Text("name"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_several_requests_for_one_change_the_last_that_is_cancelled_ends_it(bool first)
    {
        string id = VolumeGuest.NewId();
        string parameters = VolumeGuest.Parameters("v1", $",\"sizeBytes\":{MiB}", id);
        _world.Host.SetFaults(HostFault.Hangs("vmkfstools", "-c *"));
        using WireConnection other = _world.Guest();
        string begun = _guest.StartCall("volume/create", parameters);
        Eventually.Holds("the tool runs", _world.Agent.HasDiskToolRunning);
        string joined = other.StartCall("volume/create", parameters);
        _ = other.Call("$/ping");
        (WireConnection Guest, string Call)[] both = [(_guest, begun), (other, joined)];
        Array.Reverse(both, 0, first ? 2 : 0);

        Withdraw(both[0]);
        WireMessage left = both[0].Guest.ReceiveAnswer(both[0].Call, TimeSpan.FromSeconds(5)).MustFail("RequestCancelled", -32800);
        Assert.Contains("goes on", left.ErrorMessage, StringComparison.Ordinal);
        Assert.True(_world.Agent.HasDiskToolRunning(), "the change ended although somebody wants it");
        Withdraw(both[1]);
        both[1].Guest.ReceiveAnswer(both[1].Call, TimeSpan.FromSeconds(5)).MustFail("RequestCancelled", -32800);

        Assert.Empty(_world.Host.StagedOn("ds1"));
        Eventually.Holds("no tool is left", () => _world.Agent.Footprint.Children == 0);
    }

    [Fact]
    public void A_change_that_was_undone_by_another_is_not_done_again_by_its_repeat()
    {
        string created = VolumeGuest.NewId();
        string copied = VolumeGuest.NewId();
        _ = _guest.Create("v1", MiB, id: created).Result;
        _ = _guest.Change("copy", "v2", ",\"source\":{\"name\":\"v1\"}", copied).Result;
        _ = _guest.Change("remove", "v1").Result;
        Assert.Equal("v2", _guest.Change("copy", "v2", ",\"source\":{\"name\":\"v1\"}", copied).Result!.Text("name"));
        _ = _guest.Change("remove", "v2").Result;

        _guest.Create("v1", MiB, id: created).MustFail("VolumeNotFound", -32020);
        _guest.Create("v1", 2 * MiB, id: created).MustFail("OperationConflict", -32022);
        _guest.Change("copy", "v2", ",\"source\":{\"name\":\"v1\"}", copied).MustFail("VolumeNotFound", -32020);

        Assert.Empty(_guest.Volumes());
    }

    [Fact]
    public void The_repeat_of_a_change_is_not_answered_with_another_volume_that_has_taken_the_name()
    {
        string resized = VolumeGuest.NewId();
        _ = _guest.Create("v1", MiB).Result;
        _ = _guest.Change("resize", "v1", $",\"sizeBytes\":{4 * MiB}", resized).Result;
        Assert.Equal(4 * MiB, _guest.Change("resize", "v1", $",\"sizeBytes\":{4 * MiB}", resized).Result!["sizeBytes"]!.GetValue<long>());
        _ = _guest.Change("remove", "v1").Result;
        _ = _guest.Create("v1", MiB).Result;

        _guest.Change("resize", "v1", $",\"sizeBytes\":{4 * MiB}", resized).MustFail("VolumeNotFound", -32020);
    }

    public void Dispose()
    {
        _guest.Dispose();
        _world.Dispose();
    }

    private static void Withdraw((WireConnection Guest, string Call) one) =>
        one.Guest.SendFrame(Frame.Notification("$/cancelRequest", $$"""{"id":{{one.Call}}}"""));
}
