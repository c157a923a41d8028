using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Volumes;

/// <summary>
/// The host's tool is killed at each of its steps: the guest hears of it, what was begun is taken back, every volume is whole, and the same request comes through when
/// the tool works again.
/// </summary>
public sealed class ToolDeathTests(ITestOutputHelper output)
{
    private const long MiB = 1L << 20;

    /// <summary><c>ESXAGENT_CRASH_STRIDE=1</c> looks at each step.</summary>
    private static int Stride => int.Parse(Environment.GetEnvironmentVariable("ESXAGENT_CRASH_STRIDE") ?? "10", CultureInfo.InvariantCulture);

    /// <summary>Steps of work that is told by the hundredth, and of work that has only a beginning, a middle and an end.</summary>
    private static readonly int[] s_hundredths = [.. Enumerable.Range(0, 101).Where(step => step % Stride == 0 || step is 1 or 99)];
    private static readonly int[] s_thirds = [0, 50, 100];

    private static readonly Dictionary<string, Scenario> s_scenarios = new()
    {
        ["thin create"] = new("create", $",\"sizeBytes\":{4 * MiB}", "vmkfstools", "-c *", s_thirds),
        ["eager zeroed create"] = new("create", $",\"sizeBytes\":{4 * MiB},\"format\":\"eagerZeroedThick\"", "vmkfstools", "-c *", s_hundredths),
        ["metadata of a create"] = new("create", $",\"sizeBytes\":{4 * MiB}", "diskTool", "--sidecar create*", s_thirds),
        ["copy"] = new("copy", ",\"source\":{\"name\":\"source\"}", "vmkfstools", "-i *", s_hundredths),
        ["resize"] = new("resize", $",\"sizeBytes\":{8 * MiB}", "vmkfstools", "-X *", s_thirds) { Before = "thin" },
        ["eager zeroed resize"] = new("resize", $",\"sizeBytes\":{8 * MiB}", "vmkfstools", "-X *", s_hundredths) { Before = "eagerZeroedThick" },
        ["inflate"] = new("convert", ",\"to\":\"eagerZeroedThick\"", "vmkfstools", "-j *", s_hundredths) { Before = "thin" },
        ["zero"] = new("convert", ",\"to\":\"eagerZeroedThick\"", "vmkfstools", "-k *", s_hundredths) { Before = "zeroedThick" },
        ["punch"] = new("convert", ",\"to\":\"thin\"", "vmkfstools", "-K *", s_hundredths) { Before = "eagerZeroedThick" },
        ["metadata of a repair"] = new("repair", ",\"actions\":[\"rewriteMetadata\"]", "diskTool", "--sidecar create*", s_thirds) { Before = "thin", LosesMetadata = true },
    };

    /// <summary>A change whose tool dies.</summary>
    private sealed record Scenario(string Verb, string More, string Tool, string Arguments, int[] Steps)
    {
        /// <summary>Format of the volume that is there before; null for a change that makes it.</summary>
        public string? Before { get; init; }

        public bool LosesMetadata { get; init; }
    }

    [Theory]
    [InlineData("thin create")]
    [InlineData("eager zeroed create")]
    [InlineData("metadata of a create")]
    [InlineData("copy")]
    [InlineData("resize")]
    [InlineData("eager zeroed resize")]
    [InlineData("inflate")]
    [InlineData("zero")]
    [InlineData("punch")]
    [InlineData("metadata of a repair")]
    public void A_tool_that_is_killed_at_any_step_leaves_nothing_half_done(string change)
    {
        Scenario scenario = s_scenarios[change];
        using World world = World.Start(machines: ["web01"], datastores: ["ds1=100GB"]);
        using WireConnection guest = world.Guest();
        _ = guest.Create("source", 4 * MiB).Result;
        int points = 0;
        foreach (int step in scenario.Steps)
        {
            if (scenario.Before is string format)
            {
                _ = guest.Create("v1", 4 * MiB, $",\"format\":\"{format}\"").Result;
            }

            if (scenario.LosesMetadata)
            {
                LoseMetadata(Path.Combine(world.Host.GroupOn("ds1"), "v1"));
            }

            points += Try(world, guest, scenario, step, $"{change} at {step} %");
            Assert.True(guest.Change("remove", "v1").Result!["removed"]!.GetValue<bool>(), $"{change} at {step} %: nothing was made");
        }

        output.WriteLine($"{change}: killed at {points} steps of {scenario.Tool}");
        Assert.True(points >= scenario.Steps.Length * 9 / 10, $"only {points} of {scenario.Steps.Length} steps were met");
    }

    /// <summary>Kills the tool at one step.</summary>
    /// <returns>1 where the tool came to it.</returns>
    private static int Try(World world, WireConnection guest, Scenario scenario, int step, string when)
    {
        string id = VolumeGuest.NewId();
        JsonNode[] before = guest.Volumes();
        world.Host.SetFaults(HostFault.DiesAtPercent(scenario.Tool, step, scenario.Arguments));
        WireMessage answer = guest.Change(scenario.Verb, "v1", scenario.More, id);
        world.Host.SetFaults();
        Assert.True(answer.ErrorKind is null or "ToolFailed", $"{when}: {answer}");

        JsonNode[] after = guest.Volumes();
        Assert.Equal(before.Select(one => one.Text("name")), after.Select(one => one.Text("name")).Where(name => name != "v1" || answer.ErrorKind is not null || before.Length == 2));
        if (answer.ErrorKind is not null && !scenario.LosesMetadata)
        {
            Assert.All(after, volume => Assert.True(volume.Text("state") == "ok", $"{when}: {volume.ToJsonString()}"));
        }

        Assert.True(world.Host.StagedOn("ds1").Count == 0, $"{when}: something is left");
        WireMessage again = guest.Change(scenario.Verb, "v1", scenario.More, id);
        Assert.True(again.ErrorKind is null, $"{when}, again: {again}");
        JsonNode report = guest.Call("volume/check", """{"name":"v1"}""").Result!;
        Assert.True(report["findings"]!.AsArray().Count == 0, $"{when}, in the end: {report.ToJsonString()}");
        return answer.ErrorKind is null ? 0 : 1;
    }

    /// <summary>Takes the sidecar away with its entry, as somebody may who knows nothing of it.</summary>
    private static void LoseMetadata(string volume)
    {
        File.Delete(Directory.GetFiles(volume, "*.vmfd").Single());
        string descriptor = Path.Combine(volume, "v1.vmdk");
        File.WriteAllLines(descriptor, File.ReadAllLines(descriptor).Where(line => !line.StartsWith("ddb.sidecars", StringComparison.Ordinal)));
    }
}
