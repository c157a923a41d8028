using System;
using System.Text;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Framing;
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
        Assert.Equal(method, Encoding.UTF8.GetString(message.Method));
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

    [Fact]
    public void A_request_in_the_usual_form_is_read_as_one_in_any_other()
    {
        string[] ids = ["0", "1", "42", "-1", "007", "1.0", "1e3", "999999999999999999", "9223372036854775807", "9223372036854775808", "\"a\"", "null", ""];
        string[] methods = ["$/ping", "host/info", "", "a\\u0062", "a\\ud800", "ü", "a\u0001", "a b", "\u007f"];
        string[] parameters =
        [
            string.Empty, ",\"params\":{}", ",\"params\":{ }", ",\"params\":{\"a\":[1,{\"b\":\"}\"}]}", ",\"params\":[]", ",\"params\":null", ",\"params\":1",
            ",\"params\":{", ",\"params\":{}}", ",\"params\":{},\"x\":1", ",\"params\":{\"a\":1},\"id\":2", ",\"params\":{\"a\":}", ",\"params\":{\"\\ud800\":1}",
            ",\"params\":" + new string('[', 62), ",\"params\":" + Nested(61), ",\"params\":" + Nested(62), ",\"params\":" + Nested(63), ",\"params\":",
        ];
        string[] ends = ["}", "", "}}", "} ", "\n}", ",\"x\":{}}"];
        foreach (string id in ids)
        {
            foreach (string method in methods)
            {
                foreach (string given in parameters)
                {
                    foreach (string end in ends)
                    {
                        string body = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\"" + given + end;
                        Assert.Equal(Describe(" " + body), Describe(body));
                    }
                }
            }
        }
    }

    [Fact]
    public void Reading_and_answering_a_request_without_parameters_allocates_nothing()
    {
        byte[] frame = Encoding.ASCII.GetBytes("Content-Length: 55\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":17,\"method\":\"$/ping\",\"params\":{}}");
        var decoder = new FrameDecoder(FrameLimits.BodyFromGuest);
        using var writer = new RpcWriter();
        int sent = 0;
        long before = 0;
        for (int turn = 0; turn < 1_000; turn++)
        {
            if (turn == 1)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            frame.CopyTo(decoder.GetFreeSpace().Span);
            decoder.Advance(frame.Length);
            if (decoder.TryTake(out ReadOnlyMemory<byte> body) == FrameStatus.Body && RpcMessage.TryParse(body.Span, out RpcMessage message, out _))
            {
                sent += writer.Result(message.Id, "{}"u8).Length;
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(1_000 * "Content-Length: 37\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":17,\"result\":{}}".Length, sent);
        Assert.True(allocated == 0, $"999 requests allocated {allocated} bytes; none was expected.");
    }

    private static string Nested(int levels) => "{\"a\":" + new string('[', levels) + new string(']', levels) + "}";

    /// <summary>What was read, in a form that can be compared.</summary>
    private static string Describe(string body)
    {
        bool isRead = RpcMessage.TryParse(Encoding.UTF8.GetBytes(body), out RpcMessage message, out WireError? error);
        return $"{isRead} {message.Kind} {Encoding.UTF8.GetString(message.Id)} {Encoding.UTF8.GetString(message.Method)} {Encoding.UTF8.GetString(message.Payload)} {error?.Kind.Name}";
    }

    private static WireError ErrorOf(byte[] body)
    {
        Assert.False(RpcMessage.TryParse(body, out _, out WireError? error));
        return Assert.IsType<WireError>(error);
    }
}
