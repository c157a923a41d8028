using System;
using System.Text;
using EsxAgent.HostAgent;
using EsxAgent.HostAgent.Operations;
using EsxAgent.Protocol.Errors;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

public sealed class RequestParametersTests
{
    private const string Json = """{"other":{"text":"no"},"text":"yes","none":null,"number":7,"flag":true,"id":"a\"b","list":[1,2],"object":{"text":"inner"},"half":1.5,"bad":"\ud800"}""";

    private static RequestParameters Parameters => new(Encoding.UTF8.GetBytes(Json));

    [Fact]
    public void Parameters_are_read_by_name_whatever_stands_around_them()
    {
        Assert.Equal("yes", Parameters.Text("text"));
        Assert.Equal(7, Parameters.Integer("number", 0, 10));
        Assert.True(Parameters.Flag("flag"));
        Assert.Equal("\"a\\\"b\"", Encoding.UTF8.GetString(Parameters.Token("id")));
        Assert.Equal("7", Encoding.UTF8.GetString(Parameters.Token("number")));
        Assert.Equal([1, 2], Parameters.Integers("list")!);
        Assert.Equal("inner", Parameters.Object("object").Text("text"));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("absent")]
    public void Absent_and_null_mean_the_same(string name)
    {
        Assert.Null(Parameters.Text(name));
        Assert.Null(Parameters.Integer(name, 0, 1));
        Assert.False(Parameters.Flag(name));
        Assert.True(Parameters.Token(name).IsEmpty);
        Assert.Null(Parameters.Integers(name));
        Assert.Null(Parameters.Object(name).Text("x"));
    }

    [Fact]
    public void Without_parameters_all_are_absent()
    {
        Assert.Null(new RequestParameters(default).Text("text"));
        Assert.Null(new RequestParameters("{}"u8).Text("text"));
    }

    [Theory]
    [InlineData("Text", "number")]
    [InlineData("Text", "bad")]
    [InlineData("Bytes", "bad")]
    [InlineData("Bytes", "number")]
    [InlineData("Bytes", "text")]
    [InlineData("Integer", "text")]
    [InlineData("Integer", "half")]
    [InlineData("Flag", "number")]
    [InlineData("Token", "flag")]
    [InlineData("Integers", "text")]
    [InlineData("Object", "list")]
    public void A_parameter_of_another_type_is_named(string reader, string name)
    {
        WireError error = Assert.Throws<OperationException>(() => Read(reader, name)).Error;

        Assert.Equal((ErrorKind.InvalidParams, name), (error.Kind, error.Target));
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_outside_of_its_bounds_is_told_them()
    {
        Assert.Contains("from 8 to 9", Assert.Throws<OperationException>(() => Parameters.Integer("number", 8, 9)).Message, StringComparison.Ordinal);
    }

    private static void Read(string reader, string name)
    {
        switch (reader)
        {
            case "Text":
                Parameters.Text(name);
                break;
            case "Integer":
                Parameters.Integer(name, long.MinValue, long.MaxValue);
                break;
            case "Bytes":
                Parameters.Bytes(name, 100);
                break;
            case "Flag":
                Parameters.Flag(name);
                break;
            case "Token":
                Parameters.Token(name);
                break;
            case "Integers":
                Parameters.Integers(name);
                break;
            default:
                Parameters.Object(name);
                break;
        }
    }
}
