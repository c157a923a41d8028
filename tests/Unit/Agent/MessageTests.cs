using System;
using System.Linq;
using System.Text;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>Bodies that are no request, or nearly one: each is answered by its own error, and the connection goes on.</summary>
public sealed class MessageTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("{")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"$/ping"} {}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"$/ping",}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,/* why */"method":"$/ping"}""")]
    [InlineData("""{'jsonrpc':'2.0','id':1,'method':'$/ping'}""")]
    [InlineData("""{"jsonrpc":"2.0","id":NaN,"method":"$/ping"}""")]
    [InlineData("\ufeff{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$/ping\"}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$/ping\"}\0")]
    [InlineData("   ")]
    public void What_is_not_JSON_is_a_parse_error(string body) => MustBeRefused(body, "ParseError", -32700, "null");

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("\"$/ping\"")]
    [InlineData("[]")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"$/ping"}]""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"$/ping"},{"jsonrpc":"2.0","id":2,"method":"$/ping"}]""")]
    public void What_is_no_object_is_an_invalid_request(string body) => MustBeRefused(body, "InvalidRequest", -32600, "null");

    [Theory]
    [InlineData("""{"id":1,"method":"$/ping"}""")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"$/ping"}""")]
    [InlineData("""{"jsonrpc":2.0,"id":1,"method":"$/ping"}""")]
    [InlineData("""{"jsonrpc":null,"id":1,"method":"$/ping"}""")]
    [InlineData("""{"jsonrpc":["2.0"],"id":1,"method":"$/ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"params":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":7}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":["$/ping"]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"$/ping","method":"$/ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"$/ping","params":{},"params":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"$/ping"}""", "2")]
    public void An_envelope_that_is_wrong_is_an_invalid_request_and_keeps_its_id(string body, string id = "1") =>
        MustBeRefused(body, "InvalidRequest", -32600, id);

    [Theory]
    [InlineData("null")]
    [InlineData("1.5")]
    [InlineData("1.0")]
    [InlineData("1e2")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("9223372036854775808")]
    public void An_id_that_is_neither_integer_nor_string_is_refused_without_id(string id) =>
        MustBeRefused(Frame.Request(id, "$/ping"), "InvalidRequest", -32600, "null");

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("\"\"")]
    [InlineData("\"1\"")]
    [InlineData("\"a b\"")]
    [InlineData("\"{\\\"id\\\":3}\"")]
    [InlineData("\"\\u0061\\/\"")]
    [InlineData("\"é€𝄞\"")]
    [InlineData("\"\\ud800\"")]
    public void An_id_comes_back_as_it_went(string id)
    {
        using WireConnection guest = shared.World.Guest();
        guest.SendFrame(Frame.Request(id, "$/ping"));
        Assert.Equal(id, guest.Receive().Id);
    }

    [Fact]
    public void A_long_id_comes_back_as_it_went()
    {
        using WireConnection guest = shared.World.Guest();
        string id = $"\"{new string('i', 500_000)}\"";
        guest.SendFrame(Frame.Request(id, "$/ping"));
        Assert.Equal(id, guest.Receive().Id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{ }")]
    [InlineData("""{"unknown":[1,{"deep":null}],"timeoutMs":1000}""")]
    public void Parameters_may_be_absent_null_empty_or_unknown(string? parameters)
    {
        using WireConnection guest = shared.World.Guest();
        Assert.Equal("{}", guest.Call("$/ping", parameters).Result!.ToJsonString());
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("\"x\"")]
    [InlineData("5")]
    [InlineData("true")]
    public void Parameters_by_position_are_refused(string parameters) => MustBeRefused(Frame.Request("1", "$/ping", parameters), "InvalidParams", -32602, "1");

    [Theory]
    [InlineData("host/info", """{"refresh":"yes"}""", "refresh")]
    [InlineData("host/info", """{"refresh":1}""", "refresh")]
    [InlineData("host/info", """{"timeoutMs":0,"refresh":true}""", "timeoutMs")]
    [InlineData("host/info", """{"timeoutMs":-5,"refresh":true}""", "timeoutMs")]
    [InlineData("host/info", """{"timeoutMs":1.5,"refresh":true}""", "timeoutMs")]
    [InlineData("host/info", """{"timeoutMs":"1","refresh":true}""", "timeoutMs")]
    [InlineData("host/info", """{"timeoutMs":99999999999,"refresh":true}""", "timeoutMs")]
    [InlineData("host/datastores", """{"cursor":7}""", "cursor")]
    [InlineData("host/datastores", """{"cursor":"\ud800"}""", "cursor")]
    [InlineData("host/datastores", """{"partialResultToken":{}}""", "partialResultToken")]
    public void A_parameter_that_breaks_its_rule_is_named(string method, string parameters, string target)
    {
        WireMessage answer = MustBeRefused(Frame.Request("1", method, parameters), "InvalidParams", -32602, "1");
        Assert.Equal(target, answer.Json["error"]!["data"]!["target"]!.GetValue<string>());
        Assert.Contains($"'{target}'", answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_members_of_a_request_are_ignored()
    {
        using WireConnection guest = shared.World.Guest();
        guest.SendFrame("""{"trace":{"jsonrpc":"1.0","id":9},"jsonrpc":"2.0","x":[[]],"method":"$/ping","id":1,"":0}""");
        Assert.Equal("1", guest.Receive().Id);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"no"}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"host/info"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"$/unheard"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"$/cancelRequest"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"$/cancelRequest","params":[1]}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{}}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":12345}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"\ud800d":0,"id":12345}}""")]
    public void Answers_and_notifications_are_not_answered(string body)
    {
        using WireConnection guest = shared.World.Guest();
        guest.SendFrame(body).SendFrame(Frame.Request("2", "$/ping"));
        Assert.Equal("2", guest.Receive().Id);
    }

    [Theory]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF5, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    public void Bytes_that_are_no_UTF8_are_a_parse_error(byte[] bytes)
    {
        using WireConnection guest = shared.World.Guest();
        byte[] body = [.. Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":1,"method":"$/ping","params":{"payload":" """), .. bytes, .. "\"}}"u8];
        guest.Send(Frame.Of(body));
        guest.Receive().MustFail("ParseError", -32700, "null");
        Assert.Equal("{}", guest.Call("$/ping").Result!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"\ud800"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a\udc00b"}""")]
    public void Half_a_surrogate_pair_in_the_method_is_a_parse_error(string body) => MustBeRefused(body, "ParseError", -32700, "null");

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"\ud800imeoutMs":1}""")]
    [InlineData("""{"refres\udfff":true}""")]
    [InlineData("""{"\ud800\ud800":{"\udc00":[]}}""")]
    public void A_parameter_whose_name_holds_half_a_surrogate_pair_is_ignored_as_unknown(string parameters)
    {
        using WireConnection guest = shared.World.Guest();
        Assert.Equal("8.0.3", guest.Call("host/info", parameters).Result!["version"]!.GetValue<string>());
    }

    [Fact]
    public void A_parameter_whose_name_is_cut_inside_an_escape_is_a_parse_error() =>
        MustBeRefused(Frame.Request("1", "host/info", """{"xxxx\ud8":1}"""), "ParseError", -32700, "null");

    [Theory]
    [InlineData("[", "]")]
    [InlineData("""{"a":""", "}")]
    public void Ten_thousand_nested_values_are_a_parse_error(string open, string close)
    {
        using Bystander other = shared.World.WatchFromAside();
        string nested = string.Concat(Enumerable.Repeat(open, 10_000)) + "0" + string.Concat(Enumerable.Repeat(close, 10_000));
        MustBeRefused(nested, "ParseError", -32700, "null");
        MustBeRefused(Frame.Request("1", "$/ping", nested), "ParseError", -32700, "null");
        MustBeRefused(string.Concat(Enumerable.Repeat(open, 100_000)), "ParseError", -32700, "null");
        other.MustHaveNoticedNothing();
    }

    [Fact]
    public void Sixty_nested_values_are_read_over()
    {
        using WireConnection guest = shared.World.Guest();
        string nested = $$"""{"x":{{new string('[', 60)}}{{new string(']', 60)}}}""";
        Assert.Equal("{}", guest.Call("$/ping", nested).Result!.ToJsonString());
    }

    private WireMessage MustBeRefused(string body, string kind, int code, string id)
    {
        using WireConnection guest = shared.World.Guest();
        guest.SendFrame(body);
        WireMessage answer = guest.Receive().MustFail(kind, code, id);
        Assert.Equal("{}", guest.Call("$/ping").Result!.ToJsonString());
        return answer;
    }
}
