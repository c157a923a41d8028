using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>Sidecars over the wire: what each method answers, refuses and leaves behind.</summary>
public sealed class SidecarTests : IDisposable
{
    private const string Foreign = "/vmfs/volumes/datastore1/web01/web01.vmdk";

    private readonly World _world = World.Start();
    private readonly WireConnection _guest;

    public SidecarTests()
    {
        _guest = _world.Guest();
        _ = _guest.Call("volume/create", Parameters("v1", ",\"sizeBytes\":1048576")).Result;
    }

    [Fact]
    public void A_sidecar_that_was_made_is_told_found_again_and_full_of_zeros()
    {
        JsonNode made = Change("create", ",\"key\":\"k1\",\"sizeBytes\":5000").Result!;
        Assert.Equal(("v1@datastore1", "k1", 8192), (Text(made, "disk"), Text(made, "key"), made["sizeBytes"]!.GetValue<long>()));
        Assert.Equal(made.ToJsonString(), List().Single().ToJsonString());
        Assert.Equal(new byte[8192], Read("k1"));
        Assert.Equal(new byte[8192], File.ReadAllBytes(FileOf(made)));
        Assert.True(_guest.Call("sidecar/list", """{"name":"v1","confirm":true}""").Result!["items"]![0]!["confirmed"]!.GetValue<bool>());
    }

    [Fact]
    public void One_that_is_there_is_refused_or_taken_as_it_is()
    {
        Make("k1");
        Write("k1", 0, [1]);
        Change("create", ",\"key\":\"k1\",\"sizeBytes\":4096").MustFail("SidecarAlreadyExists", -32021);
        Assert.Equal(4096, Change("create", ",\"key\":\"k1\",\"sizeBytes\":8192,\"ifExists\":\"open\"").Result!["sizeBytes"]!.GetValue<long>());
        Assert.Equal(1, Read("k1")[0]);
    }

    [Fact]
    public void The_same_operation_again_gives_the_same_answer_and_does_nothing_twice()
    {
        const string Id = "11111111-2222-3333-4444-555555555555";
        JsonNode first = Change("create", ",\"key\":\"k1\",\"sizeBytes\":4096", Id).Result!;
        Assert.Equal(first.ToJsonString(), Change("create", ",\"key\":\"k1\",\"sizeBytes\":4096", Id).Result!.ToJsonString());
        Change("create", ",\"key\":\"k2\",\"sizeBytes\":4096", Id).MustFail("OperationConflict", -32022);

        const string Other = "21111111-2222-3333-4444-555555555555";
        string hash = Hash(new byte[2]);
        first = Change("write", $",\"key\":\"k1\",\"base64\":\"AQI=\",\"ifHash\":\"{hash}\"", Other).Result!;
        Assert.Equal((2, hash, Hash([1, 2])), (first["length"]!.GetValue<int>(), Text(first, "hashBefore"), Text(first, "hashAfter")));
        Write("k1", 0, [7, 7]);
        Assert.Equal(first.ToJsonString(), Change("write", $",\"key\":\"k1\",\"base64\":\"AQI=\",\"ifHash\":\"{hash}\"", Other).Result!.ToJsonString());
        Assert.Equal(7, Read("k1")[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b")]
    [InlineData("a b")]
    [InlineData("a;b")]
    [InlineData("../x")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void A_key_that_is_none_is_refused_by_every_method(string key)
    {
        string more = $",\"key\":{JsonValue.Create(key)!.ToJsonString()},\"sizeBytes\":4096,\"base64\":\"\",\"text\":\"x\",\"pattern\":0,\"length\":1";
        string[] methods = ["create", "read", "compare", "write", "writeString", "fill", "resize", "remove"];
        Assert.All(methods, method => Change(method, more).MustFail("InvalidParams", -32602));
        Assert.Empty(List());
    }

    [Fact]
    public void The_agents_own_sidecar_is_neither_shown_nor_touched()
    {
        string[] methods = ["create", "read", "compare", "write", "writeString", "fill", "resize", "remove"];
        Assert.All(methods, method => Change(method, ",\"key\":\"EsxAgent\",\"sizeBytes\":4096,\"base64\":\"\",\"text\":\"x\",\"length\":1").MustFail("AccessDenied", -32010));
        Make("k1");
        Make("k2");
        Assert.Equal(2, Change("clear").Result!["removed"]!.GetValue<int>());
        Assert.Empty(List());
        Assert.Equal("ok", Text(_guest.Call("volume/get", """{"name":"v1"}""").Result!, "state"));
    }

    [Theory]
    [InlineData("writeString", "\"text\":\"x\"")]
    [InlineData("write", "\"base64\":\"AA==\"")]
    [InlineData("fill", "\"pattern\":1,\"length\":1")]
    [InlineData("resize", "\"sizeBytes\":8192")]
    [InlineData("read", "\"length\":1")]
    [InlineData("compare", "\"text\":\"x\"")]
    public void A_key_that_is_missing_is_not_found(string method, string more) => Change(method, $",\"key\":\"nope\",{more}").MustFail("SidecarNotFound", -32020);

    [Fact]
    public void Removing_what_is_missing_is_success()
    {
        Assert.Equal(0, Change("remove", ",\"key\":\"nope\"").Result!["removed"]!.GetValue<int>());
        Make("k1");
        Assert.Equal(1, Change("remove", ",\"key\":\"k1\"").Result!["removed"]!.GetValue<int>());
        string descriptor = File.ReadAllText(Descriptor);
        Assert.All(Directory.GetFiles(Volume, "*.vmfd"), file => Assert.Contains(Path.GetFileName(file), descriptor, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("fill", "\"pattern\":1,\"length\":2,\"offset\":4095")]
    [InlineData("write", "\"base64\":\"AAA=\",\"offset\":4095")]
    [InlineData("writeString", "\"text\":\"xx\",\"offset\":4095")]
    [InlineData("writeString", "\"text\":\"x,\",\"offset\":4095")]
    [InlineData("compare", "\"text\":\"xx\",\"offset\":4095")]
    [InlineData("read", "\"length\":1,\"offset\":4097")]
    [InlineData("resize", "\"sizeBytes\":0")]
    [InlineData("resize", "\"sizeBytes\":1073741825")]
    public void What_does_not_fit_is_refused_and_changes_nothing(string method, string more)
    {
        Make("k1");
        Change(method, $",\"key\":\"k1\",{more}").MustFail("SizeOutOfRange", -32025);
        Assert.Equal(new byte[4096], Read("k1"));
    }

    [Fact]
    public void Every_byte_goes_in_and_comes_out_the_same()
    {
        Make("k1", 16 << 20);
        byte[] content = RandomNumberGenerator.GetBytes(512 << 10);
        for (int i = 0; i < 256; i++)
        {
            content[i] = (byte)i;
        }

        Assert.Equal(Hash(content), Text(Write("k1", 4097, content), "hashAfter"));
        Assert.Equal(content, Enumerable.Range(0, 4).SelectMany(i => Read("k1", 4097 + (i * 131072), 131072)));
        Assert.Equal([0], Read("k1", 4096, 1));
        Assert.Equal([0], Read("k1", 4097 + content.Length, 1));
        Change("write", $",\"key\":\"k1\",\"base64\":\"{Convert.ToBase64String(new byte[(512 << 10) + 1])}\"").MustFail("InvalidParams", -32602);
        Change("write", ",\"key\":\"k1\",\"base64\":\"***\"").MustFail("InvalidParams", -32602);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("a,b;c")]
    [InlineData("two\nlines\r\n")]
    [InlineData("quotes \" and ' and \\")]
    [InlineData("é ü 漢字 😀")]
    public void A_text_is_written_with_zeros_behind_it_whatever_is_in_it(string text)
    {
        Make("k1");
        _ = Change("fill", ",\"key\":\"k1\",\"pattern\":255,\"length\":4096").Result;
        long toolRuns = ToolRuns();
        string parameters = $",\"key\":\"k1\",\"offset\":10,\"text\":{JsonValue.Create(text)!.ToJsonString()}";
        JsonNode written = Change("writeString", parameters).Result!;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] expected = [.. Enumerable.Repeat((byte)255, 10), .. bytes, .. new byte[4086 - bytes.Length]];
        Assert.Equal(expected, Read("k1"));
        Assert.Equal((4086, Hash(expected[10..])), (written["length"]!.GetValue<int>(), Text(written, "hashAfter")));
        Assert.True(Change("compare", parameters).Result!["equal"]!.GetValue<bool>());
        bool isPlain = text.Length > 0 && !text.Any(one => ",;\"\\\n\r".Contains(one, StringComparison.Ordinal)) && !text.Any(char.IsSurrogate);
        Assert.Equal(isPlain, ToolRuns() > toolRuns);
    }

    [Fact]
    public void A_comparison_says_no_and_no_more()
    {
        Make("k1");
        Assert.False(Change("compare", ",\"key\":\"k1\",\"text\":\"x\"").Result!["equal"]!.GetValue<bool>());
        Assert.False(Change("compare", ",\"key\":\"k1\",\"pattern\":1,\"length\":4096").Result!["equal"]!.GetValue<bool>());
        Assert.True(Change("compare", ",\"key\":\"k1\",\"pattern\":0,\"length\":4096").Result!["equal"]!.GetValue<bool>());
        Change("compare", ",\"key\":\"k1\"").MustFail("InvalidParams", -32602);
        Change("compare", ",\"key\":\"k1\",\"text\":\"x\",\"pattern\":0,\"length\":1").MustFail("InvalidParams", -32602);
    }

    [Fact]
    public void A_write_that_expects_other_bytes_is_refused_and_changes_nothing()
    {
        Make("k1");
        using WireConnection other = _world.Guest();
        string read = Hash(new byte[4]);
        _ = other.Call("sidecar/write", Parameters("v1", ",\"key\":\"k1\",\"base64\":\"AQIDBA==\"")).Result;
        string[] writes = ["write?\"base64\":\"CQkJCQ==\"", "fill?\"pattern\":9,\"length\":4", "writeString?\"text\":\"9999\""];
        Assert.All(writes, write => Change(write.Split('?')[0], $",\"key\":\"k1\",\"ifHash\":\"{read}\",{write.Split('?')[1]}").MustFail("OperationConflict", -32022));
        Assert.Equal([1, 2, 3, 4], Read("k1", 0, 4));
        _ = Change("write", $",\"key\":\"k1\",\"ifHash\":\"{Hash([1, 2, 3, 4]).ToUpperInvariant()}\",\"base64\":\"CQkJCQ==\"").Result;
        Assert.Equal([9, 9, 9, 9], Read("k1", 0, 4));
        Change("write", ",\"key\":\"k1\",\"ifHash\":\"12\",\"base64\":\"AA==\"").MustFail("InvalidParams", -32602);
    }

    [Fact]
    public void Of_writes_that_come_at_the_same_time_exactly_one_finds_what_it_read()
    {
        Make("k1");
        string read = Hash(new byte[1]);
        WireMessage[] answers = [.. Enumerable.Range(1, 8).AsParallel().WithDegreeOfParallelism(8).Select(i =>
        {
            using WireConnection guest = _world.Guest();
            return guest.Call("sidecar/write", Parameters("v1", $",\"key\":\"k1\",\"ifHash\":\"{read}\",\"base64\":\"{Convert.ToBase64String([(byte)i])}\""));
        })];
        Assert.Single(answers, answer => answer.ErrorKind is null);
        Assert.Equal(Text(answers.Single(answer => answer.ErrorKind is null).Result!, "hashAfter"), Hash(Read("k1", 0, 1)));
    }

    [Fact]
    public void A_size_goes_up_with_zeros_and_down_with_the_end()
    {
        Make("k1");
        Write("k1", 0, [.. Enumerable.Repeat((byte)3, 4096)]);
        Assert.Equal(8192, Change("resize", ",\"key\":\"k1\",\"sizeBytes\":4097").Result!["sizeBytes"]!.GetValue<long>());
        Assert.Equal([3, 0], Read("k1", 4095, 2));
        Assert.Equal(4096, Change("resize", ",\"key\":\"k1\",\"sizeBytes\":1").Result!["sizeBytes"]!.GetValue<long>());
        Assert.Equal(4096, Read("k1").Length);
    }

    [Fact]
    public void A_disk_that_is_no_volume_is_named_by_its_path()
    {
        MakeForeignDisk();
        string disk = $$"""{"vmdkPath":"{{Foreign}}","operationId":"{{Guid.NewGuid()}}","key":"k1","sizeBytes":4096}""";
        Assert.Equal(Foreign, Text(_guest.Call("sidecar/create", disk).Result!, "disk"));
        string written = $$"""{"vmdkPath":"{{Foreign}}","operationId":"{{Guid.NewGuid()}}","key":"k1","text":"of a stranger"}""";
        _ = _guest.Call("sidecar/writeString", written).Result;
        Assert.True(_guest.Call("sidecar/compare", written).Result!["equal"]!.GetValue<bool>());
        Assert.Single(_guest.Call("sidecar/list", disk).Result!["items"]!.AsArray());
        Assert.Equal(1, _guest.Call("sidecar/clear", disk.Replace(disk.Split('"')[7], Guid.NewGuid().ToString(), StringComparison.Ordinal)).Result!["removed"]!.GetValue<int>());
        Assert.Empty(_guest.Call("sidecar/list", disk).Result!["items"]!.AsArray());
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/vmfs/volumes/datastore1/../x.vmdk")]
    [InlineData("/vmfs/volumes/datastore1/web01//web01.vmdk")]
    [InlineData("/vmfs/volumes/datastore1/esxagent/all/v1/v1.vmdk")]
    [InlineData("/vmfs/volumes/datastore1/web01/web01.vmx")]
    [InlineData("web01.vmdk")]
    [InlineData("")]
    public void A_path_that_is_no_disks_is_refused(string path) =>
        _guest.Call("sidecar/list", $$"""{"vmdkPath":"{{path}}"}""").MustFail("InvalidParams", -32602);

    [Fact]
    public void A_path_that_the_policy_does_not_open_is_refused_by_every_method()
    {
        MakeForeignDisk();
        _world.Host.SetPolicy("""{"version":1,"groups":[{"name":"all","members":[{"name":"*"}],"methods":["*"],"vmdkPaths":["/vmfs/volumes/datastore1/web0"]}]}""");
        string[] methods = ["list", "create", "read", "compare", "write", "writeString", "fill", "resize", "remove", "clear", "updateDatabase"];
        string more = $",\"operationId\":\"{Guid.NewGuid()}\",\"key\":\"k\",\"sizeBytes\":4096,\"base64\":\"\",\"text\":\"x\",\"pattern\":0,\"length\":1";
        Eventually.Holds("the policy comes into force", () => _guest.Call("sidecar/list", $$"""{"vmdkPath":"{{Foreign}}"}""").ErrorKind == "AccessDenied");
        Assert.All(methods, method => _guest.Call($"sidecar/{method}", $$"""{"vmdkPath":"{{Foreign}}"{{more}}}""").MustFail("AccessDenied", -32010));
    }

    [Fact]
    public void A_link_on_the_way_to_a_disk_or_in_the_place_of_a_sidecar_is_not_followed()
    {
        MakeForeignDisk();
        string secret = Path.Combine(_world.Host.Directory, "secret");
        File.WriteAllText(secret, "secret");
        JsonNode made = Make("k1");
        File.Delete(FileOf(made));
        File.CreateSymbolicLink(FileOf(made), secret);
        Assert.NotNull(Change("read", ",\"key\":\"k1\",\"length\":6").ErrorKind);
        Assert.NotNull(Change("write", ",\"key\":\"k1\",\"base64\":\"AA==\"").ErrorKind);
        Assert.Equal("secret", File.ReadAllText(secret));
        Directory.CreateSymbolicLink(Path.Combine(Datastore, "link"), Path.Combine(Datastore, "web01"));
        Assert.NotNull(_guest.Call("sidecar/list", """{"vmdkPath":"/vmfs/volumes/datastore1/link/web01.vmdk"}""").ErrorKind);
    }

    [Fact]
    public void A_list_that_is_damaged_is_said_and_mended()
    {
        JsonNode made = Make("k1");
        string line = File.ReadAllLines(Descriptor).Single(text => text.StartsWith("ddb.sidecars", StringComparison.Ordinal));
        File.WriteAllText(Descriptor, File.ReadAllText(Descriptor).Replace(line, line[..^1] + $";k1,{Text(made, "fileName")};k2,gone.vmfd\"", StringComparison.Ordinal));
        Assert.Contains("2 entries", Change("read", ",\"key\":\"k1\",\"length\":1").MustFail("MetadataDamaged", -32032).ErrorMessage, StringComparison.Ordinal);
        Change("read", ",\"key\":\"k2\",\"length\":1").MustFail("MetadataDamaged", -32032);
        Assert.Equal(3, List().Count(item => item["problem"] is not null));
        Assert.False(_guest.Call("volume/check", """{"name":"v1"}""").Result!["isHealthy"]!.GetValue<bool>());
        Assert.Single(Change("updateDatabase").Result!["items"]!.AsArray());
        Assert.Equal(4096, Read("k1").Length);
        Assert.True(_guest.Call("volume/check", """{"name":"v1"}""").Result!["isHealthy"]!.GetValue<bool>());
    }

    [Fact]
    public void A_sidecar_that_another_has_open_is_waited_for_and_then_said_to_be_in_use()
    {
        JsonNode made = Make("k1");
        using (FileStream held = new(FileOf(made), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            WireMessage refused = Change("write", ",\"key\":\"k1\",\"base64\":\"AA==\"").MustFail("VolumeInUse", -32023);
            Assert.Contains("'k1'", refused.ErrorMessage, StringComparison.Ordinal);
        }

        _ = Change("write", ",\"key\":\"k1\",\"base64\":\"AA==\"").Result;
    }

    [Theory]
    [InlineData("create,*", "create", "\"key\":\"k2\",\"sizeBytes\":4096")]
    [InlineData("resize,*", "resize", "\"key\":\"k1\",\"sizeBytes\":8192")]
    [InlineData("delete,*", "remove", "\"key\":\"k1\"")]
    [InlineData("updateDDB", "updateDatabase", "\"key\":\"\"")]
    public void A_tool_that_finds_no_room_or_a_lock_is_told_by_its_number(string operation, string method, string more)
    {
        Make("k1");
        _world.Host.SetFaults(HostFault.Fails("diskTool", 255, "Failed to open disk 'v1.vmdk' : no room whatever the words (13).", $"--sidecar {operation} *"));
        Change(method, $",{more}").MustFail("DatastoreFull", -32024);
        _world.Host.SetFaults(HostFault.Fails("diskTool", 255, "Failed to open disk 'v1.vmdk' : Failed to lock the file (16392).", $"--sidecar {operation} *"));
        Change(method, $",{more}").MustFail("VolumeInUse", -32023);
        _world.Host.SetFaults();
        Assert.Equal(new byte[4096], Read("k1"));
    }

    [Theory]
    [InlineData("writeString", "\"text\":\"new\"")]
    [InlineData("fill", "\"pattern\":9,\"length\":4096")]
    public void A_tool_that_fails_before_it_wrote_leaves_everything_and_one_that_dies_in_the_middle_is_completed(string method, string more)
    {
        Make("k1");
        string operation = method == "fill" ? "write" : method;
        _world.Host.SetFaults(HostFault.Fails("diskTool", 255, "Input/output error (327689).", $"--sidecar {operation},*"));
        Change(method, $",\"key\":\"k1\",{more}").MustFail("ToolFailed", -32030);
        Assert.Equal(new byte[4096], Read("k1"));
        _world.Host.SetFaults();
        JsonNode written = Change(method, $",\"key\":\"k1\",{more}").Result!;
        Assert.Equal(Hash(Read("k1")), Text(written, "hashAfter"));
    }

    [Fact]
    public void A_copy_has_sidecars_of_its_own_with_the_same_content()
    {
        Make("k1");
        Write("k1", 0, [1, 2, 3]);
        JsonNode copy = _guest.Call("volume/copy", Parameters("v2", ",\"source\":{\"name\":\"v1\"}")).Result!;
        Assert.NotEqual(Text(_guest.Call("volume/get", """{"name":"v1"}""").Result!, "uuid"), Text(copy, "uuid"));
        Assert.Equal("v2@datastore1", Text(List("v2").Single(), "disk"));
        Assert.Equal([1, 2, 3], Read("k1", 0, 3, "v2"));
        _ = _guest.Call("sidecar/write", Parameters("v2", ",\"key\":\"k1\",\"base64\":\"CQ==\"")).Result;
        Assert.Equal([1, 2, 3], Read("k1", 0, 3));
        Assert.True(_guest.Call("volume/remove", Parameters("v2", string.Empty)).Result!["removed"]!.GetValue<bool>());
        Assert.Equal([1, 2, 3], Read("k1", 0, 3));
        Assert.True(_guest.Call("volume/check", """{"name":"v1"}""").Result!["isHealthy"]!.GetValue<bool>());
    }

    [Fact]
    public void Sidecars_count_against_the_quota()
    {
        const string Policy = """{"version":1,"groups":[{"name":"all","members":[{"name":"*"}],"methods":["*"],"datastores":[{"name":"*","totalBytes":1056768}]}]}""";
        using World world = World.Start(prepare: host => host.SetPolicy(Policy));
        using WireConnection guest = world.Guest();
        _ = guest.Call("volume/create", Parameters("v1", ",\"sizeBytes\":1048576")).Result;
        _ = guest.Call("sidecar/create", Parameters("v1", ",\"key\":\"k1\",\"sizeBytes\":8192")).Result;
        guest.Call("sidecar/create", Parameters("v1", ",\"key\":\"k2\",\"sizeBytes\":1")).MustFail("QuotaExceeded", -32024);
        guest.Call("sidecar/resize", Parameters("v1", ",\"key\":\"k1\",\"sizeBytes\":8193")).MustFail("QuotaExceeded", -32024);
        guest.Call("volume/create", Parameters("v2", ",\"sizeBytes\":1048576")).MustFail("QuotaExceeded", -32024);
        _ = guest.Call("sidecar/resize", Parameters("v1", ",\"key\":\"k1\",\"sizeBytes\":4096")).Result;
        _ = guest.Call("sidecar/create", Parameters("v1", ",\"key\":\"k2\",\"sizeBytes\":1")).Result;
    }

    [Fact]
    public void A_datastore_without_sidecars_says_so()
    {
        using World world = World.Start(datastores: ["nfs1=1TB:NFS"]);
        using WireConnection guest = world.Guest();
        _ = guest.Call("volume/create", Parameters("v1", ",\"sizeBytes\":1048576")).Result;
        guest.Call("sidecar/create", Parameters("v1", ",\"key\":\"k1\",\"sizeBytes\":4096")).MustFail("CapabilityMissing", -32026);
        Assert.Empty(guest.Call("sidecar/list", """{"name":"v1"}""").Result!["items"]!.AsArray());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _guest.Dispose();
        _world.Dispose();
    }

    private string Datastore => Path.Combine(_world.Host.Root, "vmfs", "volumes", "datastore1");

    private string Volume => Path.Combine(Datastore, "esxagent", "all", "v1");

    private string Descriptor => Path.Combine(Volume, "v1.vmdk");

    private string FileOf(JsonNode sidecar) => Path.Combine(Volume, Text(sidecar, "fileName"));

    private void MakeForeignDisk() =>
        _ = _world.Host.Ask("vmkfstools", "-c", "1m", "-d", "thin", "/vmfs/volumes/datastore1/web01/web01.vmdk");

    private long ToolRuns() => _guest.Call("agent/metrics").Result!["text"]!.GetValue<string>().Split('\n')
        .Where(line => line.StartsWith("esxagent_tools_started_total", StringComparison.Ordinal)).Select(line => long.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)).Single();

    private JsonNode Make(string key, long size = 4096) => Change("create", $",\"key\":\"{key}\",\"sizeBytes\":{size}").Result!;

    private JsonNode Write(string key, long offset, byte[] content) =>
        Change("write", $",\"key\":\"{key}\",\"offset\":{offset},\"base64\":\"{Convert.ToBase64String(content)}\"").Result!;

    private byte[] Read(string key, long offset = 0, int length = 65536, string volume = "v1") => Convert.FromBase64String(
        Text(_guest.Call("sidecar/read", $$"""{"name":"{{volume}}","key":"{{key}}","offset":{{offset}},"length":{{length}}}""").Result!, "base64"));

    private JsonNode[] List(string volume = "v1") =>
        [.. _guest.Call("sidecar/list", $$"""{"name":"{{volume}}"}""").Result!["items"]!.AsArray().Select(item => item!)];

    private WireMessage Change(string method, string more = "", string? id = null) => _guest.Call($"sidecar/{method}", Parameters("v1", more, id));

    private static string Parameters(string name, string more, string? id = null) => $$"""{"name":"{{name}}","operationId":"{{id ?? Guid.NewGuid().ToString()}}"{{more}}}""";

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string Text(JsonNode node, string member) => node[member]?.GetValue<string>() ?? "(none)";
}
