using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Volumes;

/// <summary>Thousands of volumes: a listing starts no tool, keeps nothing, and tells of each.</summary>
public sealed class ManyVolumesTests : IDisposable
{
    /// <summary>So many that their garbage has brought the heap to its usual size before anything is measured.</summary>
    private const int Few = 2_000;
    private const int Many = 20_000;
    private const long MiB = 1L << 20;

    /// <summary>By this the heap's size differs from one look to the next. Eighteen thousand volumes, if they were kept, would take three times as much.</summary>
    private const long Garbage = 6 * MiB;

    private readonly World _world = World.Start(machines: ["web01"], datastores: ["ds1=100GB"]);
    private readonly WireConnection _guest;

    public ManyVolumesTests()
    {
        _guest = _world.Guest();
        _ = _guest.Create("model", MiB).Result;
        _ = _guest.Call("agent/status").Result;
    }

    private long ToolsStarted => _guest.Call("agent/status").Result!["counters"]!["toolsStarted"]!.GetValue<long>();

    [Fact]
    public void Listing_them_starts_no_tool_and_keeps_nothing()
    {
        Multiply(0, Few);
        long fewStreamed = LeastMemory(() => Assert.Equal(Few + 1, List().Count));
        long fewPaged = LeastMemory(() => Assert.Equal(Few + 1, Pages(out _).Length));

        long tools = ToolsStarted;
        Multiply(Few, Many);
        List<string> ids = List();
        string[] paged = Pages(out int pages);

        Assert.Equal(Many + 1, ids.Distinct().Count());
        Assert.Equal(ids.Order(StringComparer.Ordinal), paged.Order(StringComparer.Ordinal));
        Assert.True(pages > 1, "so many fit in no page");
        Assert.Equal(tools, ToolsStarted);
        long streamedMore = LeastMemory(() => List()) - fewStreamed;
        long pagedMore = LeastMemory(() => Pages(out _)) - fewPaged;
        Assert.True(streamedMore < Garbage, $"ten times as many volumes took {streamedMore >> 10} KiB more");
        Assert.True(pagedMore < Garbage, $"ten times as many volumes, in pages, took {pagedMore >> 10} KiB more");
    }

    public void Dispose()
    {
        _guest.Dispose();
        _world.Dispose();
    }

    /// <summary>
    /// What the agent holds at the least while it lists again and again: how much garbage lies about besides changes by megabytes from one look to the next,
    /// what is kept does not.
    /// </summary>
    private long LeastMemory(Action list)
    {
        const int Looks = 3;
        return Enumerable.Range(0, Looks).Min(_ =>
        {
            list();
            return ProcessFootprint.ResidentBytesOf(_world.Agent.Id);
        });
    }

    private string[] Pages(out int pages) => _guest.Pages("volume/list", "{}", out pages).Members("id");

    private List<string> List()
    {
        _guest.Notifications.Clear();
        JsonNode rest = _guest.Call("volume/list", """{"partialResultToken":"t"}""", TimeSpan.FromSeconds(60)).Result!["items"]!;
        List<string> ids = [.. _guest.Notifications.SelectMany(Listings.ItemsOf).Concat(rest.AsArray()!).Select(item => item!.Text("id"))];
        _guest.Notifications.Clear();
        return ids;
    }

    /// <summary>Makes volumes as a host's administrator may: by copying the files of one.</summary>
    private void Multiply(int from, int to)
    {
        string group = _world.Host.GroupOn("ds1");
        string model = Path.Combine(group, "model");
        string descriptor = File.ReadAllText(Path.Combine(model, "model.vmdk"));
        string sidecar = Directory.GetFiles(model, "*.vmfd").Single();
        byte[] metadata = File.ReadAllBytes(sidecar);
        for (int i = from; i < to; i++)
        {
            string name = $"v{i:000000}";
            string volume = Directory.CreateDirectory(Path.Combine(group, name)).FullName;
            File.WriteAllText(Path.Combine(volume, name + ".vmdk"), descriptor.Replace("model", name, StringComparison.Ordinal));
            File.WriteAllBytes(Path.Combine(volume, Path.GetFileName(sidecar).Replace("model", name, StringComparison.Ordinal)), metadata);
            using FileStream extent = File.Create(Path.Combine(volume, name + "-flat.vmdk"));
            extent.SetLength(MiB);
        }
    }
}
