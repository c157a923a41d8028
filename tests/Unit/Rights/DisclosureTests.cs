using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EsxAgent.Tests.Agent;
using EsxAgent.Tests.Volumes;
using Xunit;

namespace EsxAgent.Tests.Rights;

/// <summary>
/// What a group cannot learn of another one: for every method, whatever it names gets the same answer whether another group has it or nobody has. The VM "spy" asks;
/// "owner" and its twin are of the group that has something.
/// </summary>
public sealed partial class DisclosureTests : IDisposable
{
    private const long MiB = 1L << 20;
    private const string There = "secret";
    private const string Nowhere = "absent";
    private const string OperationOfOwner = "0a0a0a0a-1111-2222-3333-444444444444";

    private readonly World _world;
    private readonly WireConnection _spy;
    private readonly WireConnection _owner;

    /// <summary>Both groups may use "shared"; the spy has no right on "closed" and none to disks beside its own.</summary>
    public DisclosureTests()
    {
        _world = World.Start(
            machines: ["spy", "owner", "twin", "friend"],
            datastores: ["shared=64GB", "closed=64GB"],
            prepare: static host => host.SetPolicy("""
                {
                  "version": 1,
                  "groups": [
                    {
                      "name": "spies", "members": [{ "name": "spy" }, { "name": "friend" }], "vsi": ["/hardware"],
                      "methods": ["vsi/*", "volume/*", "sidecar/*", "vm/self"],
                      "datastores": [{ "name": "shared", "maxVolumeBytes": 8388608, "totalBytes": 8388608 }, { "name": "granted*" }],
                      "vmdkPaths": ["/vmfs/volumes/shared/spy", "/vmfs/volumes/granted/"],
                      "rates": { "requestsPerSecond": 1000000, "changesPerMinute": 1000000 }
                    },
                    {
                      "name": "owners", "members": [{ "name": "owner" }, { "name": "twin" }], "methods": ["*"], "vsi": ["/"],
                      "datastores": [{ "name": "*" }], "vmdkPaths": ["/vmfs/volumes/"],
                      "rates": { "requestsPerSecond": 1000000, "changesPerMinute": 1000000 }
                    }
                  ]
                }
                """));
        _spy = _world.Guest(0);
        _owner = _world.Guest(1);
    }

    [Fact]
    public void A_volume_of_another_group_is_as_one_that_nobody_has_for_every_method()
    {
        MakeSecret("shared");
        MustBeAlike("{name}", There, Nowhere, ("{datastore}", "shared"), ("{disk}", "/vmfs/volumes/shared/spy/none.vmdk"));
    }

    [Fact]
    public void A_volume_in_the_middle_of_another_groups_change_is_as_one_that_nobody_has()
    {
        MakeSecret("shared");
        _world.Host.SetFaults(HostFault.Hangs("vmkfstools", "-j *"));
        string running = _owner.StartCall("volume/convert", $$"""{"name":"{{There}}","datastore":"shared","operationId":"{{Guid.NewGuid()}}","to":"eagerZeroedThick"}""");
        Eventually.Holds("the owner's change runs", () => _world.Agent.HasDiskToolRunning());
        MustBeAlike("{name}", There, Nowhere, ("{datastore}", "shared"), ("{disk}", "/vmfs/volumes/shared/spy/none.vmdk"));
        _owner.SendFrame(Frame.Notification("$/cancelRequest", $$"""{"id":{{running}}}"""));
        Assert.Equal("RequestCancelled", _owner.ReceiveAnswer(running).ErrorKind);
    }

    [Fact]
    public void A_datastore_without_a_right_is_as_one_that_the_host_does_not_have()
    {
        MakeSecret("closed");
        string uuid = UuidOf("closed");
        MustBeAlike("{datastore}", "closed", "nowhere", ("{name}", There));
        MustBeAlike("{datastore}", uuid, "5f3c0000-00000000-0000-000000000000", ("{name}", There));
        MustBeAlike("{datastore}", uuid, "closed", ("{name}", There));
        foreach ((string method, string parameters) in KnownCalls.Naming("{datastore}"))
        {
            WireMessage refused = _spy.Call(method, KnownCalls.Fill(parameters, ("{datastore}", uuid), ("{name}", There))).MustFail("AccessDenied", -32010);
            Assert.Contains("has no datastore of that name in the host's policy", refused.ErrorMessage, StringComparison.Ordinal);
            Assert.DoesNotContain("closed", refused.ToString(), StringComparison.Ordinal);
        }

        Assert.Empty(_spy.Volumes("""{"datastore":"clo*"}"""));
        Assert.Single(_owner.Volumes("""{"datastore":"clo*"}"""));
    }

    [Fact]
    public void A_datastore_that_the_policy_opens_and_the_host_does_not_have_is_told_as_that()
    {
        foreach ((string method, string parameters) in KnownCalls.Naming("{datastore}"))
        {
            WireMessage answer = _spy.Call(method, KnownCalls.Fill(parameters, ("{datastore}", "granted1"), ("{name}", There))).MustFail("DatastoreNotFound", -32020);
            Assert.Contains("'granted1'", answer.ErrorMessage, StringComparison.Ordinal);
        }

        _spy.Call("sidecar/list", """{"vmdkPath":"/vmfs/volumes/granted/vm/vm.vmdk"}""").MustFail("DatastoreNotFound", -32020);
    }

    [Theory]
    [InlineData("/vmfs/volumes/shared/owner/owner.vmdk")]
    [InlineData("/vmfs/volumes/shared/owner/trap.vmdk")]
    [InlineData("/vmfs/volumes/shared/owner/link.vmdk")]
    [InlineData("/vmfs/volumes/shared/owner/../spy/x.vmdk")]
    [InlineData("/vmfs/volumes/closed/owner/disk.vmdk")]
    [InlineData("/vmfs/volumes/shared/spy2/disk.vmdk")]
    [InlineData("/vmfs/volumes/{closed}/owner/disk.vmdk")]
    [InlineData("/vmfs/volumes/{shared}/owner/owner.vmdk")]
    public void A_disk_outside_of_what_the_policy_opens_is_refused_whether_it_is_there_or_not(string path)
    {
        string folder = Path.GetDirectoryName(LocalOf(_world.Machine(1).ConfigPath))!;
        File.WriteAllText(Path.Combine(folder, "owner.vmdk"), "# Disk DescriptorFile");
        Directory.CreateDirectory(Path.Combine(folder, "trap.vmdk"));
        File.CreateSymbolicLink(Path.Combine(folder, "link.vmdk"), "link.vmdk");
        path = path.Replace("{closed}", UuidOf("closed"), StringComparison.Ordinal).Replace("{shared}", UuidOf("shared"), StringComparison.Ordinal);
        string absent = string.Join('/', path.Split('/')[..4]) + "/none/none.vmdk";
        if (path.Contains("..", StringComparison.Ordinal))
        {
            // Refused for its form, before anything is looked at.
            Assert.All(KnownCalls.Naming("{disk}"), call => _spy.Call(call.Method, KnownCalls.Fill(call.Parameters, ("{disk}", path))).MustFail("InvalidParams", -32602));
            return;
        }

        MustBeAlike("{disk}", path, absent);
        MustBeAlike("{disk}", path, "/vmfs/volumes/nowhere/none/none.vmdk");
        Assert.All(KnownCalls.Naming("{disk}"), call => _spy.Call(call.Method, KnownCalls.Fill(call.Parameters, ("{disk}", path))).MustFail("AccessDenied", -32010));
    }

    [Theory]
    [InlineData("/memory/comprehensive", "/memory/nothing")]
    [InlineData("/vm", "/nothing")]
    [InlineData("/userworld/cartel", "/userworld/nothing/at/all")]
    public void A_node_outside_of_the_prefixes_is_refused_whether_it_is_there_or_not(string there, string absent)
    {
        MustBeAlike("{node}", there, absent);
        Assert.All(KnownCalls.Naming("{node}"), call => _spy.Call(call.Method, KnownCalls.Fill(call.Parameters, ("{node}", there))).MustFail("AccessDenied", -32010));
    }

    [Fact]
    public void An_operation_id_of_another_group_is_as_one_that_nobody_has_used()
    {
        MakeSecret("shared");
        foreach ((string method, string parameters) in KnownCalls.Naming("{operation}").Where(static call => !call.Parameters.Contains("{disk}", StringComparison.Ordinal)))
        {
            string used = Guid.NewGuid().ToString();
            Assert.NotNull(_owner.Change("update", There, ",\"datastore\":\"shared\",\"access\":\"readOnly\"", used).Result);
            string[] answers = [AskOnce(used), AskOnce(Guid.NewGuid().ToString())];
            Assert.True(answers[0] == answers[1], $"'{method}' tells that an operation id was used by another group.\n{answers[0]}\n{answers[1]}");

            string AskOnce(string id)
            {
                string answer = Ask(method, KnownCalls.Fill(parameters, ("{operation}", id), ("{datastore}", "shared"), ("{name}", "own")), id);
                Assert.NotNull(_spy.Change("remove", "own", ",\"datastore\":\"shared\"").Result);
                return answer;
            }
        }

        // And the owner's are still the owner's.
        Assert.Equal(There, _owner.Call("volume/create", CreateSecret("shared")).Result!["name"]!.GetValue<string>());
    }

    [Fact]
    public void What_another_group_takes_of_a_datastore_does_not_show_in_a_quota()
    {
        _spy.Create("own", 6 * MiB, ",\"datastore\":\"shared\"");
        string before = Ask("volume/create", CreateOf("more", 4 * MiB));
        MakeSecret("shared");
        string after = Ask("volume/create", CreateOf("more", 4 * MiB));

        Assert.Contains("QuotaExceeded", before, StringComparison.Ordinal);
        Assert.Equal(before, after);
    }

    [Fact]
    public void The_VM_that_has_a_volume_is_named_only_where_it_is_of_the_same_group()
    {
        _spy.Create("v1", MiB, ",\"datastore\":\"shared\"");
        Attach(_world.Machine(1), "v1");
        JsonNode held = _spy.Call("volume/get", """{"name":"v1","datastore":"shared"}""").Result!;
        WireMessage refused = _spy.Change("remove", "v1", ",\"datastore\":\"shared\"").MustFail("VolumeInUse", -32023);
        Assert.Equal(("unknown", "it is attached to a VM of another group"), (held.Text("attachedTo"), held.Text("attachedReason")));
        Assert.Contains("is attached to a VM of another group", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("owner", held.ToJsonString() + refused, StringComparison.Ordinal);

        _spy.Create("v2", MiB, ",\"datastore\":\"shared\"");
        Attach(_world.Machine(3), "v2");
        Assert.Equal("friend", _spy.Call("volume/get", """{"name":"v2","datastore":"shared"}""").Result!.Text("attachedTo"));
        Assert.Contains("'friend'", _spy.Change("remove", "v2", ",\"datastore\":\"shared\"").MustFail("VolumeInUse", -32023).ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_of_another_VM_is_told_without_its_name_or_place()
    {
        _spy.Create("v1", MiB, ",\"datastore\":\"shared\"");
        string vmx = LocalOf(_world.Machine(1).ConfigPath);
        File.Delete(vmx);
        Directory.CreateDirectory(vmx);
        JsonNode volume = _spy.Call("volume/get", """{"name":"v1","datastore":"shared"}""").Result!;
        Assert.Equal("unknown", volume.Text("attachedTo"));
        Assert.StartsWith("the configuration of a VM could not be read (", volume.Text("attachedReason"), StringComparison.Ordinal);
        Assert.DoesNotContain("owner", volume.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_state_of_the_agent_tells_a_VM_without_the_right_nothing_of_others()
    {
        MakeSecret("closed");
        string status = _spy.Call("agent/status").Result!.ToJsonString();
        string self = _spy.Call("vm/self").Result!.ToJsonString();
        Assert.All(new[] { "owner", "twin", There, "closed", _world.Host.Directory }, word => Assert.DoesNotContain(word, status + self, StringComparison.Ordinal));
        Assert.All(new[] { "agent/metrics", "host/datastores", "vm/list", "host/info" }, method => _spy.Call(method).MustFail("AccessDenied", -32010));
    }

    /// <summary>Whatever goes wrong, a guest of a simulated host is told the paths of the host, not those of the directory that simulates it.</summary>
    [Fact]
    public void No_answer_has_the_path_of_the_directory_that_simulates_the_host()
    {
        MakeSecret("shared");
        string group = Path.Combine(_world.Host.Root, "vmfs/volumes/shared/esxagent/owners");
        var answers = new List<string>();
        Break(() => File.WriteAllText(Path.Combine(group, "file"), "no directory"), "file");
        Break(() => File.CreateSymbolicLink(Path.Combine(group, "link"), "/etc"), "link");
        Break(() => File.Delete(Path.Combine(group, There, $"{There}.vmdk")), There);
        Break(() => Directory.CreateDirectory(Path.Combine(group, There, $"{There}.vmdk")), There);
        Break(() => _world.Host.SetFaults(HostFault.Fails("vmkfstools", 1, "Failed to open 'x' : Input/output error (327689)."), HostFault.Fails("diskTool", 1, "Failed (5).")), There);
        Break(() => _world.Host.SetFaults(HostFault.DiesBySignal("vmkfstools", 9)), There);
        _world.Host.SetFaults();
        Break(() => MoveAway(".staging"), There);
        Break(() => MoveAway(".operations"), There);
        Break(() => Directory.Delete(group, recursive: true), There);
        Break(() => { Directory.Delete(group, recursive: true); File.WriteAllText(group, "no directory"); }, There);
        Break(() => File.Delete(Path.Combine(_world.Host.Root, "vmfs/volumes/shared")), There);

        string[] telling = [.. answers.Where(answer => answer.Contains(_world.Host.Directory, StringComparison.Ordinal))];
        Assert.True(telling.Length == 0, string.Join('\n', telling));
        Assert.True(answers.Count(answer => answer.Contains("/vmfs/volumes/", StringComparison.Ordinal)) > 10, "the answers should tell paths of the host");

        void Break(Action how, string name)
        {
            how();
            answers.AddRange(
                from call in KnownCalls.All
                where call.Method is not ("initialize" or "agent/status" or "vsi/watch")
                select _owner.Call(call.Method, KnownCalls.Fill(
                    call.Parameters, ("{name}", name), ("{datastore}", "shared"), ("{disk}", $"/vmfs/volumes/shared/owner/{name}.vmdk"), ("{node}", "/hardware/nothing"))).ToString());
        }

        void MoveAway(string folder)
        {
            Directory.Delete(Path.Combine(group, folder), recursive: true);
            File.WriteAllText(Path.Combine(group, folder), "no directory");
        }
    }

    /// <summary>The same work is done for both. Medians of many, taken in turns; far apart are they only where one of them leads to other work.</summary>
    [Theory]
    [InlineData("volume/get", "{name}", There, Nowhere)]
    [InlineData("volume/remove", "{name}", There, Nowhere)]
    [InlineData("sidecar/list", "{name}", There, Nowhere)]
    [InlineData("volume/get", "{datastore}", "closed", "nowhere")]
    [InlineData("sidecar/read", "{disk}", "/vmfs/volumes/shared/owner/owner.vmdk", "/vmfs/volumes/nowhere/owner/owner.vmdk")]
    public void What_is_there_takes_no_other_time_than_what_is_not(string method, string placeholder, string there, string absent)
    {
        const int Repetitions = 60;
        const int Factor = 4;
        MakeSecret("shared");
        MakeSecret("closed", "0b0b0b0b-1111-2222-3333-444444444444");
        string parameters = KnownCalls.Naming(placeholder).First(call => call.Method == method).Parameters;
        var times = new Dictionary<string, List<double>> { [there] = [], [absent] = [] };
        for (int i = 0; i < Repetitions; i++)
        {
            foreach (string text in times.Keys.Order(StringComparer.Ordinal))
            {
                string filled = KnownCalls.Fill(parameters, (placeholder, text), ("{datastore}", "shared"), ("{name}", "other"));
                long started = Stopwatch.GetTimestamp();
                _ = _spy.Call(method, filled);
                times[text].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        double one = Median(times[there]);
        double other = Median(times[absent]);
        Assert.True(Math.Max(one, other) <= (Factor * Math.Min(one, other)) + 0.2, $"'{method}' takes {one:F2} ms for what is there and {other:F2} ms for what is not");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _spy.Dispose();
        _owner.Dispose();
        _world.Dispose();
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static string CreateSecret(string datastore, string id = OperationOfOwner) => CreateOf(There, MiB, datastore, id);

    private static string CreateOf(string name, long size, string datastore = "shared", string? id = null) =>
        $$"""{"name":"{{name}}","datastore":"{{datastore}}","operationId":"{{id ?? Guid.NewGuid().ToString()}}","sizeBytes":{{size}}}""";

    /// <summary>Makes a volume of the owner with a sidecar.</summary>
    private void MakeSecret(string datastore, string id = OperationOfOwner)
    {
        Assert.NotNull(_owner.Call("volume/create", CreateSecret(datastore, id)).Result);
        Assert.NotNull(_owner.Call("sidecar/create", $$"""{"name":"{{There}}","datastore":"{{datastore}}","operationId":"{{Guid.NewGuid()}}","key":"k","sizeBytes":4096}""").Result);
    }

    private void MustBeAlike(string placeholder, string there, string absent, params (string Placeholder, string Text)[] given)
    {
        foreach ((string method, string parameters) in KnownCalls.Naming(placeholder))
        {
            string one = Ask(method, KnownCalls.Fill(parameters, [(placeholder, there), .. given]), there);
            string other = Ask(method, KnownCalls.Fill(parameters, [(placeholder, absent), .. given]), absent);
            Assert.True(one == other, $"'{method}' tells '{there}' and '{absent}' apart.\n{one}\n{other}");
        }
    }

    /// <summary>The answer without what differs from call to call, and with a name in the place of what was asked for.</summary>
    private string Ask(string method, string parameters, string? named = null)
    {
        string answer = _spy.Call(method, parameters).ToString();
        answer = named is null ? answer : answer.Replace(named, "<named>", StringComparison.Ordinal);
        return Varying().Replace(answer, "<varying>");
    }

    private string UuidOf(string datastore) => new FileInfo(Path.Combine(_world.Host.Root, "vmfs/volumes", datastore)).LinkTarget!;

    private string LocalOf(string hostPath) => _world.Host.Root + hostPath;

    private void Attach(SimulatedVm machine, string volume) => File.AppendAllText(
        LocalOf(machine.ConfigPath), $"scsi0:3.fileName = \"/vmfs/volumes/shared/esxagent/spies/{volume}/{volume}.vmdk\"\nscsi0:3.present = \"TRUE\"\n");

    [GeneratedRegex("""(?<="id":)\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[0-9:.]+Z|(?<="allocatedBytes":)\d+""")]
    private static partial Regex Varying();
}
