using System;
using System.Text;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Rpc;
using Xunit;

namespace EsxAgent.Tests.Protocol;

public sealed class RpcMessageTests
{
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a/b","params":{"x":1}}""", "Request", "1", "a/b", """{"x":1}""")]
    [InlineData("""{"params":{},"method":"m","id":"a\"b","jsonrpc":"2.0"}""", "Request", "\"a\\\"b\"", "m", "{}")]
    [InlineData("""{"jsonrpc":"2.0","id":-9223372036854775808,"method":"m"}""", "Request", "-9223372036854775808", "m", "")]
    [InlineData("""{"jsonrpc":"2.0","method":"exit"}""", "Notification", "", "exit", "")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":null}""", "Result", "7", "", "null")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":1}}""", "Error", "null", "", """{"code":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"m","extra":[{"id":2}]}""", "Request", "1", "m", "")]
    [InlineData("""  {"jsonrpc" : "2.0" , "id" : 1 , "method" : "m" , "params" : [ ] }  """, "Request", "1", "m", "[ ]")]
    public void A_message_is_cut_into_its_members(string body, string kind, string id, string method, string payload)
    {
        bool isRead = RpcMessage.TryParse(Encoding.UTF8.GetBytes(body), out RpcMessage message, out WireError? error);

        Assert.True(isRead, error?.Message);
        Assert.Equal(kind, message.Kind.ToString());
        Assert.Equal(id, Encoding.UTF8.GetString(message.Id));
        Assert.Equal(method, message.Method);
        Assert.Equal(payload, Encoding.UTF8.GetString(message.Payload));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}x")]
    [InlineData("{\"jsonrpc\":\"2.0\",}")]
    [InlineData("nonsense")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"\ud800"}""")]
    public void What_is_no_JSON_is_a_parse_error(string body)
    {
        Assert.Equal(ErrorKind.ParseError, ErrorOf(Encoding.UTF8.GetBytes(body)).Kind);
    }

    [Fact]
    public void Invalid_UTF8_is_a_parse_error()
    {
        byte[] body = [.. "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.Equal(ErrorKind.ParseError, ErrorOf(body).Kind);
    }

    [Fact]
    public void Ten_thousand_nested_arrays_are_a_parse_error()
    {
        string body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":" + new string('[', 10_000) + new string(']', 10_000) + "}";

        Assert.Equal(ErrorKind.ParseError, ErrorOf(Encoding.ASCII.GetBytes(body)).Kind);
    }

    [Theory]
    [InlineData("[]", "Batches")]
    [InlineData("1", "object")]
    [InlineData("""{"id":1,"method":"m"}""", "jsonrpc")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"m"}""", "jsonrpc")]
    [InlineData("""{"jsonrpc":{"a":"2.0"},"id":1,"method":"m"}""", "jsonrpc")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", "method")]
    [InlineData("""{"jsonrpc":"2.0","result":1}""", "id")]
    [InlineData("""{"jsonrpc":"2.0","id":1.5,"method":"m"}""", "id")]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"m"}""", "id")]
    [InlineData("""{"jsonrpc":"2.0","id":true,"method":"m"}""", "id")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"m"}""", "id")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"m"}""", "id")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":5}""", "method")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}""", "method")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"m","params":{},"params":{}}""", "twice")]
    public void What_is_no_request_is_told_why(string body, string word)
    {
        WireError error = ErrorOf(Encoding.UTF8.GetBytes(body));

        Assert.Equal(ErrorKind.InvalidRequest, error.Kind);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_id_of_a_wrong_request_is_kept_for_the_answer()
    {
        bool isRead = RpcMessage.TryParse("""{"id":"x","method":"m"}"""u8, out RpcMessage message, out _);

        Assert.False(isRead);
        Assert.Equal("\"x\"", Encoding.UTF8.GetString(message.Id));
    }

    private static WireError ErrorOf(byte[] body)
    {
        Assert.False(RpcMessage.TryParse(body, out _, out WireError? error));
        return Assert.IsType<WireError>(error);
    }
}
