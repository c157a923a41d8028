using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Text.Json;
using EsxAgent.Protocol.Errors;
using Xunit;

namespace EsxAgent.Tests.Protocol;

public sealed class ErrorKindTests
{
    public static TheoryData<string> Names => new(ErrorKind.All.Select(kind => kind.Name));

    [Fact]
    public void Every_kind_is_in_the_table_under_its_own_name()
    {
        Dictionary<string, ErrorKind> fields = typeof(ErrorKind).GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToDictionary(field => field.Name, field => (ErrorKind)field.GetValue(null)!);

        Assert.Equal(fields.Keys.Order(), ErrorKind.All.Select(kind => kind.Name).Order());
        Assert.All(fields, field => Assert.Equal(field.Key, field.Value.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_error_travels_with_all_that_it_says(string name)
    {
        ErrorKind kind = ErrorKind.All.Single(k => k.Name == name);
        var error = new WireError(kind, "It went wrong.")
        {
            OperationId = "op",
            Target = "t@ds",
            RecommendedAction = "Do this.",
            ToolExitCode = 13,
            ToolError = "No space (13).",
            RetryAfterMs = 250,
            AgentVersions = [1],
            ClientVersions = [2, 3],
        };

        WireError read = Travel(error);

        Assert.Equal(kind, read.Kind);
        Assert.Equal((error.Message, error.OperationId, error.Target, error.RecommendedAction), (read.Message, read.OperationId, read.Target, read.RecommendedAction));
        Assert.Equal((error.ToolExitCode, error.ToolError, error.RetryAfterMs), (read.ToolExitCode, read.ToolError, read.RetryAfterMs));
        Assert.Equal(error.AgentVersions, read.AgentVersions);
        Assert.Equal(error.ClientVersions, read.ClientVersions);
    }

    [Fact]
    public void A_kind_of_a_newer_agent_keeps_its_name_status_and_hint()
    {
        using JsonDocument document = JsonDocument.Parse("""{"code":-32099,"message":"m","data":{"kind":"Moonlight","status":"UNAVAILABLE","retryable":true}}""");

        WireError error = WireError.Read(document.RootElement);

        Assert.Equal(("Moonlight", -32099, "UNAVAILABLE", true), (error.Kind.Name, error.Kind.Code, error.Kind.Status, error.Kind.Retryable));
    }

    [Theory]
    [InlineData("""{"code":-32601,"message":"m"}""", "MethodNotFound")]
    [InlineData("""{"code":-32601,"message":"m","data":"text"}""", "MethodNotFound")]
    [InlineData("""{"code":1,"message":"m"}""", "Unknown")]
    [InlineData("""{}""", "InternalError")]
    [InlineData("""{"code":"x","message":5,"data":{"kind":7,"toolExitCode":"1"}}""", "InternalError")]
    public void The_error_of_another_kind_of_peer_can_be_shown(string json, string kind)
    {
        using JsonDocument document = JsonDocument.Parse(json);

        Assert.Equal(kind, WireError.Read(document.RootElement).Kind.Name);
    }

    private static WireError Travel(WireError error)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            error.WriteTo(writer);
        }

        using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetString(buffer.WrittenSpan));
        return WireError.Read(document.RootElement);
    }
}
