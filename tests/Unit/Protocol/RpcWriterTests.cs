using System;
using System.Text;
using System.Text.Json;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using EsxAgent.Protocol.Rpc;
using Xunit;

namespace EsxAgent.Tests.Protocol;

public sealed class RpcWriterTests
{
    [Fact]
    public void A_request_a_notification_an_answer_and_an_error_are_written_one_after_the_other()
    {
        using var writer = new RpcWriter();

        writer.BeginRequest(-5, "a/\"b\"").WriteNumberValue(1);
        Assert.Equal("""{"jsonrpc":"2.0","id":-5,"method":"a/\"b\"","params":1}""", BodyOf(writer.Complete()));
        writer.BeginNotification("n").WriteStringValue("ü");
        Assert.Equal("""{"jsonrpc":"2.0","method":"n","params":"ü"}""", BodyOf(writer.Complete()));
        Assert.Equal("""{"jsonrpc":"2.0","id":"x","result":{"name":"esxagent","version":"1","commit":null}}""", BodyOf(writer.Result("\"x\""u8, new AgentInfo("esxagent", "1", null))));
        Assert.Equal("""{"jsonrpc":"2.0","id":7,"result":[1]}""", BodyOf(writer.Result("7"u8, "[1]"u8)));
        Assert.StartsWith("""{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no",""", BodyOf(writer.Error(default, new WireError(ErrorKind.InvalidRequest, "no"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_that_was_given_up_leaves_nothing_in_the_next_one()
    {
        using var writer = new RpcWriter();
        Utf8JsonWriter abandoned = writer.BeginRequest(1, "m");
        abandoned.WriteStartObject();
        abandoned.WriteString("a", new string('x', 5_000));

        Assert.Equal("""{"jsonrpc":"2.0","id":2,"result":{}}""", BodyOf(writer.Result("2"u8, "{}"u8)));
        Assert.Equal("""{"jsonrpc":"2.0","id":3,"result":{"name":null,"version":null,"commit":null}}""", BodyOf(writer.Result("3"u8, new AgentInfo(null, null, null))));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(300_000)]
    public void A_result_of_any_length_travels_in_a_frame_of_its_length(int length)
    {
        using var writer = new RpcWriter();
        for (int turn = 0; turn < 2; turn++)
        {
            using JsonDocument answer = JsonDocument.Parse(BodyOf(writer.Result("1"u8, new AgentInfo(new string('n', length), "v", null))));
            Assert.Equal(length, answer.RootElement.GetProperty("result").GetProperty("name").GetString()!.Length);
        }
    }

    /// <summary>The body of a frame whose header must announce exactly it.</summary>
    private static string BodyOf(ReadOnlyMemory<byte> frame)
    {
        string text = Encoding.UTF8.GetString(frame.Span);
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        string body = text[end..];
        Assert.Equal($"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n", text[..end]);
        return body;
    }
}
