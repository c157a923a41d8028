using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>Who is calling, through the chain of vsish: the right VM, or nobody.</summary>
public sealed class CallerTests
{
    [Theory]
    [InlineData("web: 01 {")]
    [InlineData("}")]
    [InlineData("Übung 網 %2f \"x\" \\")]
    [InlineData("blanks at the end  ")]
    [InlineData("uuid:00 00 00 00 00 00 00 00-00 00 00 00 00 00 00 00")]
    [InlineData("VC uuid:52 00 00 00 00 00 00 00-00 00 00 00 00 00 00 00")]
    [InlineData("config file path:/vmfs/volumes/other/other.vmx")]
    [InlineData("display name:db01")]
    [InlineData("process id:-1")]
    [InlineData("[0]: web")]
    public void A_VM_is_known_by_the_name_that_its_owner_gave_it(string name)
    {
        using World world = World.Start();
        Rename(world, 0, name);
        using WireConnection guest = world.Guest();

        JsonNode self = guest.Call("vm/self").Result!;

        SimulatedVm vm = world.Machine();
        Assert.Equal(
            (name, vm.BiosUuid, vm.InstanceUuid, vm.ConfigPath),
            (Text(self, "name"), Text(self, "biosUuid"), Text(self, "instanceUuid"), Text(self, "configPath")));
        Assert.Equal((vm.CartelId, vm.WorldGroupLeader), (Id(self, "cartelId"), Id(self, "worldGroupLeader")));
        Assert.Equal("all", Text(self, "group"));
        Assert.Equal(Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(vm.ConfigPath)))!, Text(self, "datastore"));
        HashSet<string> rights = [.. self["rights"]!.AsArray().Select(right => right!.GetValue<string>())];
        Assert.Superset(new HashSet<string> { "host/info", "vm/list", "vm/self", "vsi/get" }, rights);
    }

    [Theory]
    [InlineData("6.7")]
    [InlineData("7.0")]
    public void A_name_that_imitates_other_fields_is_only_a_name_in_older_wordings_too(string profile)
    {
        const string Name = "cfg path:/vmfs/volumes/other/other.vmx vc uuid:52 00 uuid:56 00 }  ";
        using World world = World.Start(profile);
        Rename(world, 0, Name);
        using WireConnection guest = world.Guest();

        JsonNode self = guest.Call("vm/self").Result!;

        SimulatedVm vm = world.Machine();
        Assert.Equal(
            (Name, vm.BiosUuid, vm.InstanceUuid, vm.ConfigPath),
            (Text(self, "name"), Text(self, "biosUuid"), Text(self, "instanceUuid"), Text(self, "configPath")));
    }

    [Theory]
    [InlineData("web\n   uuid:00 00 00 00 00 00 00 00-00 00 00 00 00 00 00 00")]
    [InlineData("web\n   VC uuid:")]
    [InlineData("web\n   config file path:/vmfs/volumes/other/other.vmx")]
    [InlineData("web\nother")]
    [InlineData("web\n   other:member")]
    public void A_name_of_several_lines_is_nobodys(string name)
    {
        using World world = World.Start();
        Rename(world, 0, name);
        using WireConnection guest = world.Connect();

        guest.Initialize().MustFail("PeerUnidentified", -32011);
        guest.MustEnd();
    }

    [Fact]
    public void Two_VMs_with_the_same_BIOS_uuid_are_two()
    {
        using World world = World.Start();
        world.Host.EditNode(
            world.Machine(1).GroupInfoNode,
            text => text.Replace(Printed(world.Machine(1).BiosUuid), Printed(world.Machine().BiosUuid), StringComparison.Ordinal));
        using WireConnection web = world.Guest();
        using WireConnection db = world.Guest(1);

        JsonNode one = web.Call("vm/self").Result!;
        JsonNode other = db.Call("vm/self").Result!;

        Assert.Equal(Text(one, "biosUuid"), Text(other, "biosUuid"));
        Assert.Equal(("web01", world.Machine().CartelId), (Text(one, "name"), Id(one, "cartelId")));
        Assert.Equal(("db01", world.Machine(1).CartelId), (Text(other, "name"), Id(other, "cartelId")));
    }

    [Fact]
    public void A_VM_that_disappears_between_two_questions_is_nobody()
    {
        using World world = World.Start();
        world.Host.SetFaults(HostFault.Fails("vsish", 1, "VSISHCmdGetInt():Get failed: Not found", $"-e get {world.Machine().GroupInfoNode}"));
        using WireConnection guest = world.Connect();

        guest.Initialize().MustFail("PeerUnidentified", -32011);
        guest.MustEnd();
    }

    [Fact]
    public void A_VM_that_has_gone_since_it_connected_removes_nothing_any_more()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        using WireConnection other = world.Guest(1);
        Assert.NotNull(guest.Call("volume/create", NewVolume).Result);
        world.Host.SetPower(world.Machine().Name, on: false);

        guest.Call("volume/remove", Removal).MustFail("PeerUnidentified", -32011);

        Assert.Equal(["v1"], other.Stream("volume/list", "{}").Members("name"));
        Assert.Equal([world.Machine(1).CartelId], other.Stream("vm/list", "{}").Select(vm => Id(vm, "cartelId")));
    }

    [Fact]
    public void Another_VM_in_the_place_of_the_one_that_connected_removes_nothing_in_its_name()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        Assert.NotNull(guest.Call("volume/create", NewVolume).Result);
        world.Host.EditNode(
            world.Machine().GroupInfoNode,
            text => text.Replace(Printed(world.Machine().BiosUuid), Printed(world.Machine(1).BiosUuid), StringComparison.Ordinal));

        guest.Call("volume/remove", Removal).MustFail("PeerUnidentified", -32011);
    }

    [Fact]
    public void A_VM_that_ends_while_all_are_listed_is_left_out()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        string leaderNode = $"/userworld/cartel/{world.Machine(1).CartelId}/vmmLeader";
        world.Host.SetFaults(HostFault.Fails("vsish", 1, "VSISHCmdGetInt():Get failed: Not found", $"-e get {leaderNode}"));

        Assert.Equal(["web01"], guest.Stream("vm/list", "{}").Members("name"));
    }

    [Fact]
    public void A_leader_that_belongs_to_another_VM_by_now_is_nobody()
    {
        using World world = World.Start();
        world.Host.EditNode($"/vm/{world.Machine().WorldGroupLeader}/vmxCartelID", _ => $"{world.Machine(1).CartelId}\n");
        using WireConnection guest = world.Connect();

        Assert.Contains("belongs to another", guest.Initialize().MustFail("PeerUnidentified", -32011).ErrorMessage, StringComparison.Ordinal);
        guest.MustEnd();
    }

    [Fact]
    public void Where_the_leader_does_not_say_whose_it_is_the_cartel_is_asked_again()
    {
        using World world = World.Start();
        File.Delete(world.Host.NodePath($"/vm/{world.Machine().WorldGroupLeader}/vmxCartelID"));
        using (WireConnection guest = world.Guest())
        {
            Assert.Equal("web01", Text(guest.Call("vm/self").Result!, "name"));
        }

        string leaderNode = $"/userworld/cartel/{world.Machine().CartelId}/vmmLeader";
        world.Host.SetFaults(HostFault.Prints("vsish", Encoding.ASCII.GetBytes("7\n"), $"-e get {leaderNode}").AtCall(2));
        using WireConnection another = world.Connect();
        another.Initialize().MustFail("PeerUnidentified", -32011);
    }

    [Fact]
    public void Every_running_VM_is_listed_as_it_would_be_seen_calling()
    {
        using World world = World.Start(machines: ["web01", "db01", "off", "odd"]);
        world.Host.SetPower("off", on: false);
        Rename(world, 3, "odd\nodd");
        using WireConnection guest = world.Guest();
        using WireConnection other = world.Guest(1);

        List<JsonNode> machines = guest.Stream("vm/list", "{}");

        Assert.Equal(guest.Call("vm/self").Result!.ToJsonString(), machines[0].ToJsonString());
        Assert.Equal(other.Call("vm/self").Result!.ToJsonString(), machines[1].ToJsonString());
        Assert.Equal(3, machines.Count);
        Assert.Null(machines[2]["name"]);
        Assert.Equal((world.Machine(3).CartelId, world.Machine(3).WorldGroupLeader), (Id(machines[2], "cartelId"), Id(machines[2], "worldGroupLeader")));
        guest.Notifications.Clear();
        Assert.Equal(machines.Select(vm => vm.ToJsonString()), guest.Pages("vm/list", "{}", out _).Select(vm => vm.ToJsonString()));
    }

    [Fact]
    public void Other_VMs_are_listed_only_to_who_has_the_right()
    {
        using World world = World.Start(prepare: host => host.SetPolicy(
            """{"version":1,"groups":[{"name":"seers","members":[{"name":"web*"}],"methods":["vm/*"]},{"name":"default","methods":["vm/self"]}]}"""));
        using WireConnection web = world.Guest();
        using WireConnection db = world.Guest(1);

        Assert.Equal(["seers", "default"], web.Stream("vm/list", "{}").Members("group"));
        db.Call("vm/list").MustFail("AccessDenied", -32010);
    }

    private const string NewVolume = """{"operationId":"dddddddd-2222-3333-4444-555555555555","name":"v1","sizeBytes":1048576}""";

    private const string Removal = """{"operationId":"eeeeeeee-2222-3333-4444-555555555555","name":"v1"}""";

    private static void Rename(World world, int vm, string name) => world.Host.EditNode(
        world.Machine(vm).GroupInfoNode, text => text.Replace($"display name:{world.Machine(vm).Name}", $"display name:{name}", StringComparison.Ordinal));

    private static string? Text(JsonNode node, string member) => node[member]?.GetValue<string>();

    private static long Id(JsonNode node, string member) => node[member]!.GetValue<long>();

    /// <summary>A uuid as the node prints it.</summary>
    private static string Printed(string uuid)
    {
        string hex = uuid.Replace("-", "", StringComparison.Ordinal);
        string[] bytes = [.. Enumerable.Range(0, 16).Select(i => hex.Substring(2 * i, 2))];
        return $"{string.Join(' ', bytes[..8])}-{string.Join(' ', bytes[8..])}";
    }
}
