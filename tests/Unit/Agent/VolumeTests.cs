using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>Volumes over the wire: what each method answers, refuses and leaves behind.</summary>
public sealed class VolumeTests : IDisposable
{
    private const long GiB = 1L << 30;

    private readonly World _world = World.Start();
    private readonly WireConnection _guest;

    public VolumeTests() => _guest = _world.Guest();

    [Fact]
    public void A_volume_that_was_made_is_told_and_found_again()
    {
        JsonNode made = Create("Db1", GiB, ",\"labels\":{\"owner\":\"team é\",\"a\":\"\"}").Result!;
        Assert.Equal("Db1@datastore1", Text(made, "id"));
        Assert.Equal(GiB, made["sizeBytes"]!.GetValue<long>());
        Assert.Equal("thin", Text(made, "format"));
        Assert.Equal("readWrite", Text(made, "access"));
        Assert.Equal("ok", Text(made, "state"));
        Assert.Equal("""{"owner":"team é","a":""}""", Plain(made["labels"]!));
        Assert.Equal(_world.Machine().InstanceUuid, made["createdBy"]!["uuid"]!.GetValue<string>());
        Assert.Equal(Plain(made), Plain(_guest.Call("volume/get", """{"name":"dB1"}""").Result!));
        Assert.Equal(Plain(made), Plain(List().Single()));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("[]"), _guest.Call("volume/check", """{"name":"Db1"}""").Result!["findings"]));
    }

    [Fact]
    public void The_same_operation_again_gives_the_same_answer_and_does_nothing_twice()
    {
        const string Id = "11111111-2222-3333-4444-555555555555";
        JsonNode first = Create("v1", GiB, id: Id).Result!;
        Assert.Equal(Plain(first), Plain(Create("v1", GiB, id: Id).Result!));
        Create("v1", 2 * GiB, id: Id).MustFail("OperationConflict", -32022);
        Create("v2", GiB, id: Id).MustFail("OperationConflict", -32022);
        Assert.Single(List());
    }

    [Fact]
    public void A_change_that_is_refused_for_its_token_takes_no_place()
    {
        const int MoreThanMayRun = 9;
        for (int i = 0; i < MoreThanMayRun; i++)
        {
            Create("v1", GiB, ",\"workDoneToken\":true").MustFail("InvalidParams", -32602);
        }

        Assert.NotNull(Create("v1", GiB).Result);
    }

    [Fact]
    public void The_same_name_under_another_operation_is_refused_with_the_volume_that_is_there()
    {
        JsonNode first = Create("v1", GiB).Result!;
        WireMessage refused = Create("V1", GiB).MustFail("VolumeAlreadyExists", -32021);
        Assert.Equal(Plain(first), Plain(refused.Json["error"]!["data"]!["existing"]!));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData(".staging")]
    [InlineData("")]
    [InlineData("x-flat")]
    [InlineData("x-000001")]
    [InlineData("x.vmdk")]
    public void A_name_that_is_no_volumes_is_refused_by_every_method(string name)
    {
        string parameters = $$"""{"name":{{JsonValue.Create(name)!.ToJsonString()}},"operationId":"{{Guid.NewGuid()}}","sizeBytes":{{GiB}},"to":"thin","actions":[],"source":{"name":"a"} }""";
        string[] methods = ["create", "get", "update", "resize", "convert", "remove", "check", "repair", "copy"];
        Assert.All(methods, method => _guest.Call($"volume/{method}", parameters).MustFail("InvalidParams", -32602));
        Assert.False(Directory.Exists(Path.Combine(Datastore, "esxagent")), "something was made for a name that is refused");
    }

    [Theory]
    [InlineData(0, "SizeOutOfRange", -32025)]
    [InlineData(-1, "SizeOutOfRange", -32025)]
    [InlineData(GiB + 1, "SizeOutOfRange", -32025)]
    [InlineData(63L << 40, "SizeOutOfRange", -32025)]
    public void A_size_that_cannot_be_is_refused(long size, string kind, int code) => Create("v1", size).MustFail(kind, code);

    [Fact]
    public void A_volume_grows_and_never_shrinks()
    {
        Create("v1", GiB);
        Assert.Equal(3 * GiB, Change("resize", "v1", $",\"sizeBytes\":{3 * GiB}").Result!["sizeBytes"]!.GetValue<long>());
        Assert.Equal(3 * GiB, Change("resize", "v1", $",\"sizeBytes\":{3 * GiB}").Result!["sizeBytes"]!.GetValue<long>());
        Change("resize", "v1", $",\"sizeBytes\":{GiB}").MustFail("SizeOutOfRange", -32025);
        Change("resize", "nope", $",\"sizeBytes\":{GiB}").MustFail("VolumeNotFound", -32020);
    }

    [Fact]
    public void A_copy_has_the_content_and_its_own_identity_and_the_source_stays_as_it_was()
    {
        Create("source", 4L << 20, ",\"labels\":{\"a\":\"b\"}");
        File.WriteAllBytes(Extent("source"), [.. Enumerable.Range(0, 4 << 20).Select(i => (byte)(i * 7))]);
        byte[] before = File.ReadAllBytes(Extent("source"));
        JsonNode copy = _guest.Call("volume/copy", $$"""{"name":"copy","source":{"name":"source"},"operationId":"{{Guid.NewGuid()}}"}""").Result!;
        Assert.Equal("""{"a":"b"}""", Plain(copy["labels"]!));
        Assert.NotEqual(Text(List().Single(volume => Text(volume, "name") == "source"), "uuid"), Text(copy, "uuid"));
        Assert.Equal(before, File.ReadAllBytes(Extent("copy")));
        Assert.Equal(before, File.ReadAllBytes(Extent("source")));
    }

    [Fact]
    public void A_conversion_changes_the_format_alone()
    {
        Create("v1", 8L << 20);
        Assert.Equal("eagerZeroedThick", Text(Change("convert", "v1", ",\"to\":\"eagerZeroedThick\"").Result!, "format"));
        Assert.Equal("thin", Text(Change("convert", "v1", ",\"to\":\"thin\"").Result!, "format"));
        Change("convert", "v1", ",\"to\":\"zeroedThick\"").MustFail("InvalidParams", -32602);
    }

    [Fact]
    public void What_is_updated_changes_and_the_rest_stays()
    {
        Create("v1", GiB, ",\"labels\":{\"a\":\"b\"}");
        JsonNode updated = Change("update", "v1", ",\"access\":\"readOnly\"").Result!;
        Assert.Equal(("readOnly", """{"a":"b"}"""), (Text(updated, "access"), Plain(updated["labels"]!)));
        updated = Change("update", "v1", ",\"labels\":{}").Result!;
        Assert.Equal(("readOnly", "{}"), (Text(updated, "access"), Plain(updated["labels"]!)));
        Change("update", "v1", $",\"labels\":{{\"big\":\"{new string('x', 5000)}\"}}").MustFail("InvalidParams", -32602);
    }

    [Fact]
    public void What_is_removed_is_gone_and_what_is_absent_is_removed_already()
    {
        const string Id = "aaaaaaaa-2222-3333-4444-555555555555";
        Create("v1", GiB);
        Assert.True(Change("remove", "v1", id: Id).Result!["removed"]!.GetValue<bool>());
        Assert.Empty(List());
        Create("v1", GiB);
        Assert.True(Change("remove", "v1", id: Id).Result!["removed"]!.GetValue<bool>());
        Assert.Single(List());
        Assert.False(Change("remove", "other").Result!["removed"]!.GetValue<bool>());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(Group, ".staging")));
    }

    [Fact]
    public void A_volume_that_a_VM_has_is_changed_by_nobody()
    {
        Create("v1", GiB);
        string vmx = Directory.GetFiles(Path.Combine(Datastore, "db01"), "*.vmx").Single();
        File.AppendAllText(vmx, $"scsi0:3.fileName = \"/vmfs/volumes/datastore1/esxagent/all/v1/v1.vmdk\"\nscsi0:3.present = \"TRUE\"\n");
        Assert.Equal("db01", Text(List().Single(), "attachedTo"));
        WireMessage refused = Change("remove", "v1", ",\"force\":true").MustFail("VolumeInUse", -32023);
        Assert.Contains("'db01'", refused.ErrorMessage, StringComparison.Ordinal);
        Change("resize", "v1", $",\"sizeBytes\":{2 * GiB}").MustFail("VolumeInUse", -32023);
        Change("convert", "v1", ",\"to\":\"thin\"").MustFail("VolumeInUse", -32023);
        Assert.Single(List());
    }

    [Fact]
    public void A_datastore_without_room_is_said_and_nothing_is_left()
    {
        Create("v1", 1L << 42, ",\"format\":\"zeroedThick\"").MustFail("DatastoreFull", -32024);
        Assert.Empty(List());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(Group, ".staging")));
    }

    [Fact]
    public void A_tool_that_reports_success_without_effect_makes_no_volume()
    {
        _world.Host.SetFaults(HostFault.Prints("vmkfstools", "Create: 100% done.\n"u8.ToArray(), "-c *"));
        Create("v1", GiB).MustFail("ToolFailed", -32030);
        _world.Host.SetFaults();
        Assert.Empty(List());
        Assert.Equal("v1", Text(Create("v1", GiB).Result!, "name"));
    }

    [Fact]
    public void A_hanging_tool_is_ended_by_a_cancellation_and_leaves_nothing()
    {
        _world.Host.SetFaults(HostFault.Hangs("vmkfstools", "-c *"));
        string id = _guest.StartCall("volume/create", Parameters("v1", GiB));
        Eventually.Holds("the tool runs", () => _world.Agent.Footprint.Children > 0);
        _guest.SendFrame(Frame.Notification("$/cancelRequest", $$"""{"id":{{id}}}"""));
        _guest.ReceiveAnswer(id, TimeSpan.FromSeconds(5)).MustFail("RequestCancelled", -32800);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(Group, ".staging")));
        Eventually.Holds("no tool is left", () => _world.Agent.Footprint.Children == 0);
    }

    [Fact]
    public void A_change_outlives_its_connection_and_its_repeat_joins_it()
    {
        const string Id = "bbbbbbbb-2222-3333-4444-555555555555";
        _world.Host.SetFaults(HostFault.IsSlow("vmkfstools", 1_500, "-c *"));
        using (WireConnection lost = _world.Guest())
        {
            lost.StartCall("volume/create", Parameters("v1", GiB, id: Id));
            Eventually.Holds("the tool runs", () => _world.Agent.Footprint.Children > 0);
        }

        Assert.Equal("v1", Text(Create("v1", GiB, id: Id).Result!, "name"));
        Assert.Single(List());
    }

    [Fact]
    public void A_change_whose_time_ran_out_goes_on()
    {
        const string Id = "cccccccc-2222-3333-4444-555555555555";
        _world.Host.SetFaults(HostFault.IsSlow("vmkfstools", 1_000, "-c *"));
        _guest.Call("volume/create", Parameters("v1", GiB, ",\"timeoutMs\":100", Id)).MustFail("DeadlineExceeded", -32001);
        Assert.Equal("v1", Text(Create("v1", GiB, id: Id).Result!, "name"));
    }

    [Fact]
    public void Progress_is_told_from_beginning_to_end()
    {
        Create("source", GiB);
        _guest.Notifications.Clear();
        _ = _guest.Call("volume/copy", $$"""{"name":"copy","source":{"name":"source"},"operationId":"{{Guid.NewGuid()}}","workDoneToken":"t"}""").Result;
        string[] kinds = [.. _guest.Notifications.Select(message => message.Json["params"]!["value"]!["kind"]!.GetValue<string>())];
        Assert.Equal(("begin", "end"), (kinds[0], kinds[^1]));
        Assert.Contains("report", kinds);
    }

    [Fact]
    public void Damaged_metadata_is_told_explained_and_repaired_and_others_are_unaffected()
    {
        Create("v1", GiB);
        Create("v2", GiB);
        string sidecar = Directory.GetFiles(Path.Combine(Group, "v1"), "*.vmfd").Single();
        File.WriteAllBytes(sidecar, new byte[16384]);
        File.WriteAllText(Path.Combine(Group, "v1", "stray.txt"), "stray");
        JsonNode damaged = List().Single(volume => Text(volume, "name") == "v1");
        Assert.Equal("damaged", Text(damaged, "state"));
        Assert.Equal("ok", Text(List().Single(volume => Text(volume, "name") == "v2"), "state"));
        JsonNode report = _guest.Call("volume/check", """{"name":"v1"}""").Result!;
        Assert.False(report["isHealthy"]!.GetValue<bool>());
        Assert.Equal(["metadataDamaged", "foreignFile"], report["findings"]!.AsArray().Select(finding => Text(finding!, "kind")));
        Change("update", "v1", ",\"access\":\"readOnly\"").MustFail("MetadataDamaged", -32032);
        Change("repair", "v1", ",\"actions\":[\"removeFile:../v2\"]").MustFail("InvalidParams", -32602);
        Assert.True(Change("repair", "v1", ",\"actions\":[\"rewriteMetadata\"]").Result!["isHealthy"]!.GetValue<bool>());
        Assert.True(File.Exists(Path.Combine(Group, "v1", "stray.txt")), "a file that was not named was removed");
        _ = Change("repair", "v1", ",\"actions\":[\"removeFile:stray.txt\"]").Result;
        Assert.False(File.Exists(Path.Combine(Group, "v1", "stray.txt")));
        Assert.All(List(), volume => Assert.Equal("ok", Text(volume, "state")));
    }

    [Fact]
    public void A_link_in_the_place_of_a_volume_or_above_it_is_not_followed()
    {
        string outside = Directory.CreateDirectory(Path.Combine(_world.Host.Directory, "outside")).FullName;
        Create("v1", GiB);
        Directory.CreateSymbolicLink(Path.Combine(Group, "link"), outside);
        Assert.Equal("damaged", Text(_guest.Call("volume/get", """{"name":"link"}""").Result!, "state"));
        Assert.NotNull(Change("resize", "link", $",\"sizeBytes\":{GiB}").ErrorKind);
        Create("link", GiB).MustFail("VolumeAlreadyExists", -32021);
        Directory.Move(Group, Group + "-moved");
        Directory.CreateSymbolicLink(Group, outside);
        Assert.NotNull(Create("v2", GiB).ErrorKind);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Fact]
    public void A_quota_is_kept_to_the_byte_by_many_that_come_at_once()
    {
        using World world = World.Start(prepare: host => host.SetPolicy($$"""
            {"version":1,"groups":[{"name":"all","members":[{"name":"*"}],"methods":["*"],
             "datastores":[{"name":"*","maxVolumeBytes":{{2 * GiB}},"totalBytes":{{4 * GiB}} }]}]}
            """));
        using WireConnection guest = world.Guest();
        guest.Call("volume/create", Parameters("big", 3 * GiB)).MustFail("SizeOutOfRange", -32025);
        string[] ids = [.. Enumerable.Range(0, 7).Select(i => guest.StartCall("volume/create", Parameters($"q{i}", GiB)))];
        var answers = new List<WireMessage>();
        while (answers.Count < ids.Length)
        {
            answers.Add(guest.Receive());
        }

        Assert.All(answers, answer => Assert.True(answer.ErrorKind is null or "QuotaExceeded", answer.ToString()));
        long sum = List(guest).Sum(volume => volume["sizeBytes"]!.GetValue<long>());
        Assert.InRange(sum, GiB, 4 * GiB);
        while (guest.Call("volume/create", Parameters($"more{sum}", GiB)).ErrorKind is null)
        {
            sum += GiB;
        }

        Assert.Equal(4 * GiB, List(guest).Sum(volume => volume["sizeBytes"]!.GetValue<long>()));
    }

    [Fact]
    public void Without_the_right_nothing_is_told_and_nothing_changes()
    {
        Create("v1", GiB);
        File.Delete(_world.Host.PolicyPath);
        Eventually.Holds("the policy is gone", () => _guest.Call("volume/list").ErrorKind == "AccessDenied");
        Create("v2", GiB).MustFail("AccessDenied", -32010);
        _guest.Call("volume/get", """{"name":"v1"}""").MustFail("AccessDenied", -32010);
        _guest.Call("volume/get", """{"name":"nope"}""").MustFail("AccessDenied", -32010);
    }

    public void Dispose()
    {
        _guest.Dispose();
        _world.Dispose();
    }

    private string Datastore => Path.Combine(_world.Host.Root, "vmfs", "volumes", "datastore1");

    private string Group => Path.Combine(Datastore, "esxagent", "all");

    private string Extent(string volume) => Path.Combine(Group, volume, $"{volume}-flat.vmdk");

    private static string Text(JsonNode node, string member) => node[member]?.GetValue<string>() ?? "(none)";

    private static string Plain(JsonNode node) => node.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string Parameters(string name, long size, string more = "", string? id = null) =>
        $$"""{"name":"{{name}}","sizeBytes":{{size}},"operationId":"{{id ?? Guid.NewGuid().ToString()}}"{{more}}}""";

    private WireMessage Create(string name, long size, string more = "", string? id = null) => _guest.Call("volume/create", Parameters(name, size, more, id));

    private WireMessage Change(string method, string name, string more = "", string? id = null) =>
        _guest.Call($"volume/{method}", $$"""{"name":"{{name}}","operationId":"{{id ?? Guid.NewGuid().ToString()}}"{{more}}}""");

    private JsonNode[] List() => List(_guest);

    private static JsonNode[] List(WireConnection guest) => [.. guest.Call("volume/list").Result!["items"]!.AsArray().Select(item => item!)];
}
