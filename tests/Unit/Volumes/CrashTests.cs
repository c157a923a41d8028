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
/// Every step can be the last: each change is stopped at its first step, then at its second, until it comes through. Each time a new agent recovers, the client's
/// repeat gets the right answer, and what is on the datastore is whole.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const long GiB = 1L << 30;
    private const int MostSteps = 150;

    /// <summary>Changes, what they need before, and what is true when they are done.</summary>
    private static readonly Dictionary<string, Scenario> s_scenarios = new()
    {
        ["create"] = new([], "volume/create", $$"""{"name":"v1","sizeBytes":{{GiB}},"labels":{"a":"b"} }""", ["v1"], volumes => Text(volumes[0]["labels"]!, "a") == "b"),
        ["copy"] = new(["src"], "volume/copy", """{"name":"v2","source":{"name":"src"}}""", ["src", "v2"], volumes => Text(volumes[0], "uuid") != Text(volumes[1], "uuid")),
        ["resize"] = new(["v1"], "volume/resize", $$"""{"name":"v1","sizeBytes":{{2 * GiB}} }""", ["v1"], volumes => volumes[0]["sizeBytes"]!.GetValue<long>() == 2 * GiB),
        ["update"] = new(["v1"], "volume/update", """{"name":"v1","access":"readOnly"}""", ["v1"], volumes => Text(volumes[0], "access") == "readOnly"),
        ["inflate"] = new(["v1"], "volume/convert", """{"name":"v1","to":"eagerZeroedThick"}""", ["v1"], volumes => Text(volumes[0], "format") == "eagerZeroedThick"),
        ["punch"] = new(["v1"], "volume/convert", """{"name":"v1","to":"thin"}""", ["v1"], volumes => Text(volumes[0], "format") == "thin"),
        ["remove"] = new(["v1", "v2"], "volume/remove", """{"name":"v1"}""", ["v2"], _ => true),
        ["repair"] = new(["v1"], "volume/repair", """{"name":"v1","actions":["refreshMetadata","removeFile:stray"]}""", ["v1"], _ => true) { Damage = Spoil },
        ["create a sidecar"] = OfSidecar("create", ",\"key\":\"k2\",\"sizeBytes\":8192", "0102 0000,0000 0000"),
        ["resize a sidecar"] = OfSidecar("resize", ",\"key\":\"k1\",\"sizeBytes\":4096", "0102"),
        ["remove a sidecar"] = OfSidecar("remove", ",\"key\":\"k1\"", ""),
        ["clear the sidecars"] = OfSidecar("clear", "", ""),
        ["update the database of sidecars"] = OfSidecar("updateDatabase", "", "0102 0000"),
        ["write into a sidecar"] = OfSidecar("write", ",\"key\":\"k1\",\"offset\":4096,\"base64\":\"AwQ=\"", "0102 0304"),
        ["write a text into a sidecar"] = OfSidecar("writeString", ",\"key\":\"k1\",\"text\":\"1\"", "3100 0000"),
        ["write a text with a comma into a sidecar"] = OfSidecar("writeString", ",\"key\":\"k1\",\"text\":\",\"", "2C00 0000"),
        ["fill a sidecar"] = OfSidecar("fill", ",\"key\":\"k1\",\"pattern\":7,\"length\":8192", "0707 0707"),
    };

    private sealed record Scenario(string[] Before, string Method, string Parameters, string[] Names, Func<JsonNode[], bool> IsDone)
    {
        public Action<string>? Damage { get; init; }

        /// <summary>Calls after the volumes were made.</summary>
        public (string Method, string Parameters)[] Prepare { get; init; } = [];

        /// <summary>What the sidecars of v1 hold when it is done; null where that is not looked at.</summary>
        public string? Sidecars { get; init; }
    }

    /// <summary>Only the exhaustive run looks at each byte: it takes hours.</summary>
    private static int Stride(int usual) => Environment.GetEnvironmentVariable("ESXAGENT_CRASH_STRIDE") is string given ? int.Parse(given, CultureInfo.InvariantCulture) : usual;

    /// <summary>A stray file, and garbage in the slot of the metadata that is not in use.</summary>
    private static void Spoil(string volume)
    {
        File.WriteAllText(Path.Combine(volume, "stray"), "stray");
        using FileStream sidecar = File.OpenWrite(Directory.GetFiles(volume, "*.vmfd").Single());
        sidecar.Position = sidecar.Length / 2;
        sidecar.Write("ESXAGNT1 and then nothing that makes sense"u8);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("copy")]
    [InlineData("resize")]
    [InlineData("update")]
    [InlineData("inflate")]
    [InlineData("punch")]
    [InlineData("remove")]
    [InlineData("repair")]
    [InlineData("create a sidecar")]
    [InlineData("resize a sidecar")]
    [InlineData("remove a sidecar")]
    [InlineData("clear the sidecars")]
    [InlineData("update the database of sidecars")]
    [InlineData("write into a sidecar")]
    [InlineData("write a text into a sidecar")]
    [InlineData("write a text with a comma into a sidecar")]
    [InlineData("fill a sidecar")]
    public void An_agent_that_is_killed_at_any_step_leaves_nothing_half_done(string change)
    {
        int steps = 0;
        while (!Stop(s_scenarios[change], "kill", steps + 1))
        {
            steps++;
            Assert.True(steps < MostSteps, $"'{change}' did not come through after {steps} steps");
        }

        output.WriteLine($"{change}: killed at {steps} steps");
        Assert.InRange(steps, 10, MostSteps);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("copy")]
    [InlineData("resize")]
    [InlineData("update")]
    [InlineData("inflate")]
    [InlineData("punch")]
    [InlineData("remove")]
    [InlineData("repair")]
    [InlineData("create a sidecar")]
    [InlineData("write into a sidecar")]
    [InlineData("write a text into a sidecar")]
    public void A_datastore_that_is_full_at_any_write_leaves_nothing_half_done(string change)
    {
        int writes = 0;
        while (!Stop(s_scenarios[change], "full", writes + 1))
        {
            writes++;
            Assert.True(writes < MostSteps, $"'{change}' did not come through after {writes} writes");
        }

        output.WriteLine($"{change}: no room at {writes} writes");
        Assert.InRange(writes, 3, MostSteps);
    }

    [Theory]
    [InlineData("create", 97)]
    [InlineData("copy", 397)]
    [InlineData("resize", 397)]
    [InlineData("update", 397)]
    [InlineData("inflate", 397)]
    [InlineData("punch", 397)]
    [InlineData("remove", 41)]
    [InlineData("repair", 397)]
    public void An_answer_that_is_cut_at_any_byte_is_given_whole_to_the_repeat(string change, int stride)
    {
        int points = 0;
        int bytes = 0;
        for (bool isWhole = false; !isWhole; bytes += Stride(stride))
        {
            isWhole = Stop(s_scenarios[change], "cut", bytes + 1);
            points++;
            Assert.True(bytes < 4_000, "the answer has no end");
        }

        output.WriteLine($"{change}: cut at {points - 1} of less than {bytes} bytes");
    }

    /// <summary>Runs a change that is stopped at one point, then what comes after.</summary>
    /// <returns>True where it came through.</returns>
    private static bool Stop(Scenario scenario, string how, int at)
    {
        using SimulatedHost host = SimulatedHost.Make(machines: ["web01"], datastores: ["ds1=100GB"]);
        string socket = Path.Combine(host.Directory, "s");
        string armed = Path.Combine(host.Directory, "armed");
        string request = scenario.Parameters[..^1] + $",\"operationId\":\"{Guid.NewGuid()}\"}}";
        JsonNode? first = null;
        bool isThrough = false;
        using (AgentProcess agent = AgentProcess.ServeThrough(LastStep.Launcher(armed, how, at), host, [$"unix:{socket}"]))
        {
            using WireConnection guest = WireConnection.OpenSession(socket);
            foreach (string name in scenario.Before)
            {
                _ = guest.Call("volume/create", $$"""{"name":"{{name}}","sizeBytes":{{GiB}},"operationId":"{{Guid.NewGuid()}}"}""").Result;
            }

            scenario.Damage?.Invoke(Path.Combine(host.GroupOn("ds1"), scenario.Before[0]));
            foreach ((string method, string parameters) in scenario.Prepare)
            {
                _ = guest.Call(method, parameters[..^1] + $",\"operationId\":\"{Guid.NewGuid()}\"}}").Result;
            }

            File.WriteAllText(armed, string.Empty);
            try
            {
                WireMessage answer = guest.Call(scenario.Method, request);
                first = answer.ErrorKind is null ? answer.Result : null;
                isThrough = answer.ErrorKind is null;
                Assert.True(isThrough || (how == "full" && answer.ErrorKind == "DatastoreFull"), $"at {at}: {answer}");
            }
            catch (Exception e) when (e is InvalidOperationException or System.Net.Sockets.SocketException)
            {
                // The agent is gone in the middle.
            }

            agent.Kill();
        }

        LookAfter(scenario, host, socket, request, first, $"{how} at {at}");
        return isThrough;
    }

    private static void LookAfter(Scenario scenario, SimulatedHost host, string socket, string request, JsonNode? first, string when)
    {
        using AgentProcess agent = AgentProcess.Serve(host, [$"unix:{socket}"]);
        using WireConnection guest = WireConnection.OpenSession(socket);

        // Before the repeat: what is seen is whole, whichever side of the commit it is on.
        Assert.All(List(guest), volume => Assert.True(Text(volume, "state") == "ok", $"{when}: {volume.ToJsonString()}"));
        WireMessage repeat = guest.Call(scenario.Method, request);
        Assert.True(repeat.ErrorKind is null, $"{when}, the repeat: {repeat}");
        Assert.True(first is null || scenario.Damage is not null || JsonNode.DeepEquals(first, repeat.Result), $"{when}: first {first?.ToJsonString()}, then {repeat}");

        JsonNode[] volumes = List(guest);
        Assert.Equal(scenario.Names, volumes.Select(volume => Text(volume, "name")));
        Assert.True(scenario.IsDone(volumes), $"{when}: {string.Join('\n', volumes.Select(volume => volume.ToJsonString()))}");
        if (scenario.Sidecars is string wanted)
        {
            string held = Sidecars(guest);
            Assert.True(held == wanted, $"{when}: the sidecars hold '{held}', not '{wanted}'");
        }

        foreach (string name in scenario.Names)
        {
            JsonNode findings = guest.Call("volume/check", $$"""{"name":"{{name}}"}""").Result!["findings"]!;
            Assert.True(findings.AsArray().Count == 0, $"{when}, '{name}': {findings.ToJsonString()}");
        }

        string staging = Path.Combine(host.Root, "vmfs", "volumes", "ds1", "esxagent", "all", ".staging");
        Assert.Empty(Directory.GetFileSystemEntries(staging));
    }

    /// <summary>A change of the sidecars of a volume that has one of two pages, which begin with 1 and 2, and with zeros.</summary>
    private static Scenario OfSidecar(string method, string parameters, string sidecars) => new(["v1"], $"sidecar/{method}", $$"""{"name":"v1"{{parameters}}}""", ["v1"], _ => true)
    {
        Prepare =
        [
            ("sidecar/create", """{"name":"v1","key":"k1","sizeBytes":8192}"""),
            ("sidecar/write", """{"name":"v1","key":"k1","base64":"AQI="}"""),
        ],
        Sidecars = sidecars,
    };

    /// <summary>The first two bytes of each page of each sidecar of v1, those of one sidecar after those of another.</summary>
    private static string Sidecars(WireConnection guest) =>
        string.Join(',', guest.Call("sidecar/list", """{"name":"v1"}""").Result!["items"]!.AsArray().Select(item =>
        {
            byte[] content = Convert.FromBase64String(guest.Call("sidecar/read", $$"""{"name":"v1","key":"{{Text(item!, "key")}}","length":65536}""").Result!["base64"]!.GetValue<string>());
            return string.Join(' ', content.Chunk(4096).Select(page => Convert.ToHexString(page.AsSpan(0, 2))));
        }));

    private static JsonNode[] List(WireConnection guest) =>
        [.. guest.Call("volume/list").Result!["items"]!.AsArray().Select(item => item!).OrderBy(item => Text(item, "name"), StringComparer.Ordinal)];

    private static string Text(JsonNode node, string member) => node[member]?.GetValue<string>() ?? string.Empty;
}
