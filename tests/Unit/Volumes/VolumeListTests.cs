using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Volumes;

/// <summary>Listings over several datastores, of which one cannot be looked through.</summary>
public sealed class VolumeListTests : IDisposable
{
    private const long MiB = 1L << 20;
    private const string Everywhere = """{"datastore":"*"}""";

    private readonly World _world = World.Start(machines: ["web01"], datastores: ["ds1=10GB", "ds2=10GB", "ds3=10GB"]);
    private readonly WireConnection _guest;

    public VolumeListTests()
    {
        _guest = _world.Guest();
        foreach (string datastore in (string[])["ds1", "ds2", "ds3"])
        {
            _ = _guest.Create("v1", MiB, $",\"datastore\":\"{datastore}\"").Result;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_datastore_that_cannot_be_looked_through_is_told_and_hides_no_other(bool asFile)
    {
        string top = Path.GetDirectoryName(_world.Host.GroupOn("ds2"))!;
        Directory.Move(top, top + "-away");
        if (asFile)
        {
            File.WriteAllText(top, "not a directory");
        }
        else
        {
            Directory.CreateSymbolicLink(top, top + "-away");
        }

        foreach (List<JsonNode> items in (List<JsonNode>[])[_guest.StreamAll(Everywhere), _guest.Pages("volume/list", Everywhere, out _)])
        {
            Assert.Equal(["v1@ds1", "", "v1@ds3"], items.Select(item => item.Text("id")));
            Assert.Equal(("ds2", "unreadable", ""), (items[1].Text("datastore"), items[1].Text("state"), items[1].Text("name")));
            Assert.Contains("'ds2'", items[1].Text("problem"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_volume_whose_directory_cannot_be_opened_hides_no_other()
    {
        _ = _guest.Create("v2", MiB, ",\"datastore\":\"ds2\"").Result;
        string folder = Path.Combine(_world.Host.GroupOn("ds2"), "v1");
        Directory.Move(folder, folder + ".away");
        Directory.CreateSymbolicLink(folder, folder + ".away");

        JsonNode[] volumes = _guest.Volumes("""{"datastore":"ds2"}""");

        Assert.Equal([("v1", "damaged"), ("v1.away", "damaged"), ("v2", "ok")], volumes.Select(volume => (volume.Text("name"), volume.Text("state"))));
    }

    public void Dispose()
    {
        _guest.Dispose();
        _world.Dispose();
    }
}

/// <summary>Listings whose last items may come with the answer.</summary>
file static class Streaming
{
    public static List<JsonNode> StreamAll(this WireConnection guest, string parameters)
    {
        guest.Notifications.Clear();
        JsonNode rest = guest.Call("volume/list", Listings.With(parameters, "partialResultToken", "t")).Result!["items"]!;
        List<JsonNode> items = [.. guest.Notifications.SelectMany(Listings.ItemsOf), .. rest.AsArray().Select(item => item!)];
        guest.Notifications.Clear();
        return items;
    }
}
