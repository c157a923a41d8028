using System;
using System.Linq;
using System.Text.Json.Nodes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>How a session begins and ends.</summary>
public sealed class HandshakeTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    [Theory]
    [InlineData("$/ping")]
    [InlineData("host/info")]
    [InlineData("agent/status")]
    [InlineData("no/such/method")]
    public void A_request_before_initialize_is_refused_and_initialize_may_follow(string method)
    {
        using WireConnection guest = shared.World.Connect();
        guest.Call(method).MustFail("ServerNotInitialized", -32002);
        Assert.Equal(1, guest.Initialize().Result!["protocolVersion"]!.GetValue<int>());
    }

    [Fact]
    public void Initialize_tells_who_is_who_and_what_is_kept_to()
    {
        using WireConnection guest = shared.World.Connect();
        JsonNode result = guest.Initialize().Result!;
        SimulatedVm vm = shared.World.Machine();
        Assert.Equal("esxagent", result["agentInfo"]!["name"]!.GetValue<string>());
        Assert.Equal(
            $$"""{"kind":"local","name":"web01","biosUuid":"{{vm.BiosUuid}}","instanceUuid":"{{vm.InstanceUuid}}","configPath":"{{vm.ConfigPath}}","contextId":null,"group":"all"}""",
            result["peer"]!.ToJsonString());
        Assert.Equal(
            """{"headerBytes":256,"requestBytes":1048576,"responseBytes":4194304,"runningRequests":32,"connections":16,"idleMs":900000}""",
            result["limits"]!.ToJsonString());
        Assert.Equal(["hostInfo", "datastores", "identity", "vsi", "volumes", "sidecars"], result["capabilities"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    [Fact]
    public void Each_session_has_an_id_of_its_own()
    {
        using WireConnection one = shared.World.Connect();
        using WireConnection two = shared.World.Connect();
        Assert.NotEqual(one.Initialize().Result!["sessionId"]!.GetValue<string>(), two.Initialize().Result!["sessionId"]!.GetValue<string>());
    }

    [Fact]
    public void A_second_initialize_is_refused_and_the_session_goes_on()
    {
        using WireConnection guest = shared.World.Guest();
        guest.Initialize().MustFail("InvalidRequest", -32600);
        Assert.Equal("{}", guest.Call("$/ping").Result!.ToJsonString());
    }

    [Fact]
    public void Of_two_initializes_at_once_one_succeeds()
    {
        using WireConnection guest = shared.World.Connect();
        const string Parameters = """{"protocolVersions":[1]}""";
        guest.Send([.. Frame.Of(Frame.Request("1", "initialize", Parameters)), .. Frame.Of(Frame.Request("2", "initialize", Parameters))]);
        WireMessage[] answers = [guest.Receive(), guest.Receive()];
        Assert.Single(answers, answer => answer.ErrorKind is null);
        Assert.Single(answers, answer => answer.ErrorKind == "InvalidRequest");
        Assert.Equal("{}", guest.Call("$/ping").Result!.ToJsonString());
    }

    [Fact]
    public void Versions_that_have_none_in_common_are_both_named()
    {
        using WireConnection guest = shared.World.Connect();
        WireMessage answer = guest.Call("initialize", """{"protocolVersions":[2,7]}""").MustFail("ProtocolMismatch", -32003);
        Assert.Equal("[1]", answer.Json["error"]!["data"]!["agentVersions"]!.ToJsonString());
        Assert.Equal("[2,7]", answer.Json["error"]!["data"]!["clientVersions"]!.ToJsonString());
        Assert.Equal(1, guest.Call("initialize", """{"protocolVersions":[9,1]}""").Result!["protocolVersion"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("{}", "protocolVersions")]
    [InlineData("""{"protocolVersions":1}""", "protocolVersions")]
    [InlineData("""{"protocolVersions":["1"]}""", "protocolVersions")]
    [InlineData("""{"protocolVersions":[1.5]}""", "protocolVersions")]
    [InlineData("""{"protocolVersions":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}""", "protocolVersions")]
    [InlineData("""{"protocolVersions":[1],"clientInfo":"me"}""", "clientInfo")]
    [InlineData("""{"protocolVersions":[1],"clientInfo":{"name":7}}""", "name")]
    public void Initialize_names_the_parameter_that_is_wrong(string parameters, string target)
    {
        using WireConnection guest = shared.World.Connect();
        WireMessage answer = guest.Call("initialize", parameters).MustFail("InvalidParams", -32602);
        Assert.Equal(target, answer.Json["error"]!["data"]!["target"]!.GetValue<string>());
    }

    [Fact]
    public void An_empty_list_of_versions_is_a_mismatch()
    {
        using WireConnection guest = shared.World.Connect();
        guest.Call("initialize", """{"protocolVersions":[]}""").MustFail("ProtocolMismatch", -32003);
    }

    [Fact]
    public void The_clients_name_cannot_forge_a_line_of_the_log()
    {
        using WireConnection guest = shared.World.Connect();
        _ = guest.Call("initialize", """{"protocolVersions":[1],"clientInfo":{"name":"x\n2026-01-01 forged\r\u2028\u0085line"}}""").Result;
        Assert.DoesNotContain(shared.World.Log.Split('\n'), line => line.StartsWith("2026-01-01 forged", StringComparison.Ordinal));
        Assert.Contains("forged", shared.World.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_method_is_named()
    {
        using WireConnection guest = shared.World.Guest();
        WireMessage answer = guest.Call("no/such/method").MustFail("MethodNotFound", -32601);
        Assert.Equal("no/such/method", answer.Json["error"]!["data"]!["target"]!.GetValue<string>());
    }

    [Fact]
    public void The_name_of_an_unknown_method_is_cut_in_the_answer()
    {
        using WireConnection guest = shared.World.Guest();
        WireMessage answer = guest.Call(new string('m', 900_000)).MustFail("MethodNotFound", -32601);
        Assert.InRange(answer.Json.ToJsonString().Length, 1, 1_000);
    }

    [Theory]
    [InlineData("HOST/INFO")]
    [InlineData("host/info ")]
    [InlineData("")]
    [InlineData("exit")]
    [InlineData("$/cancelRequest")]
    [InlineData("$/progress")]
    public void What_is_no_method_is_not_found(string method)
    {
        using WireConnection guest = shared.World.Guest();
        guest.Call(method).MustFail("MethodNotFound", -32601);
    }

    [Fact]
    public void After_shutdown_only_exit_may_follow()
    {
        using WireConnection guest = shared.World.Guest();
        Assert.Null(guest.Call("shutdown").Result);
        guest.Call("$/ping").MustFail("InvalidRequest", -32600);
        guest.SendFrame(Frame.Notification("exit"));
        guest.MustEnd();
    }

    [Fact]
    public void Exit_alone_ends_the_connection_without_an_answer()
    {
        using WireConnection guest = shared.World.Guest();
        guest.SendFrame(Frame.Notification("exit"));
        guest.MustEnd();
    }

    [Fact]
    public void What_follows_exit_in_the_same_write_is_not_answered()
    {
        using WireConnection guest = shared.World.Guest();
        guest.Send([.. Frame.Of(Frame.Request("1", "$/ping")), .. Frame.Of(Frame.Notification("exit")), .. Frame.Of(Frame.Request("2", "$/ping"))]);
        Assert.Equal("1", guest.Receive().Id);
        guest.MustEnd();
    }

    [Fact]
    public void Exit_before_initialize_ends_the_connection()
    {
        using WireConnection guest = shared.World.Connect();
        guest.SendFrame(Frame.Notification("exit"));
        guest.MustEnd();
    }

    [Fact]
    public void Ping_answers_an_empty_object_whatever_it_carries()
    {
        using WireConnection guest = shared.World.Guest();
        Assert.Equal("{}", guest.Call("$/ping").Result!.ToJsonString());
        Assert.Equal("{}", guest.Call("$/ping", """{"payload":"xyz"}""").Result!.ToJsonString());
    }

    [Fact]
    public void Without_as_the_first_VM_of_the_host_is_meant()
    {
        using SimulatedHost host = SimulatedHost.Make(machines: ["first", "second"]);
        string socket = System.IO.Path.Combine(host.Directory, "s");
        using AgentProcess agent = AgentProcess.Serve(host, [$"unix:{socket}"]);
        using WireConnection guest = WireConnection.Open(socket);
        Assert.Equal("first", guest.Initialize().Result!["peer"]!["name"]!.GetValue<string>());
        Assert.Equal(0, agent.Stop());
    }
}
