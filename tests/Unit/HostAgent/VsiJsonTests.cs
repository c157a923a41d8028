using System;
using System.Buffers;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

/// <summary>Typed values on the wire: what the host writes of a text, and that the guest reads the same.</summary>
public sealed class VsiJsonTests
{
    [Theory]
    [InlineData("plain text \n", "\"plain text\"")]
    [InlineData("", "\"\"")]
    [InlineData("14\n", "14")]
    [InlineData("-1", "-1")]
    [InlineData("4294967295", "4294967295")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("0123456789", "\"0123456789\"")]
    [InlineData("0x641400", """{"value":6558720,"hex":"0x641400"}""")]
    [InlineData("0x00001042", """{"value":4162,"hex":"0x00001042"}""")]
    [InlineData("0xffffffffffffffff", """{"value":18446744073709551615,"hex":"0xffffffffffffffff"}""")]
    [InlineData("134045160 KB", """{"value":134045160,"unit":"KB"}""")]
    [InlineData("12345 usec \n", """{"value":12345,"unit":"usec"}""")]
    [InlineData("18446744073709551615 KB", """{"value":18446744073709551615,"unit":"KB"}""")]
    [InlineData("0 -> Green", """{"value":0,"label":"Green"}""")]
    [InlineData("Heap_PhysContigType: 1 -> Any Physical Contiguity", """{"value":1,"label":"Any Physical Contiguity","type":"Heap_PhysContigType"}""")]
    [InlineData("0x200001a3 -> LRO Pair Dynamic RSS", """{"value":536871331,"label":"LRO Pair Dynamic RSS"}""")]
    [InlineData("56 4d b1 63 53 a5 dd e6-60 d5 7a 08 dc 4c c1 9a", """{"uuid":"564db163-53a5-dde6-60d5-7a08dc4cc19a"}""")]
    [InlineData("3a621e6e-1f3492e8-29a5-6cc2172acba0", "\"3a621e6e-1f3492e8-29a5-6cc2172acba0\"")]
    [InlineData("é \"quoted\" \\ <b>", """
        "é \"quoted\" \\ <b>"
        """)]
    public void A_value_has_the_form_of_its_notation(string text, string json)
    {
        Assert.Equal(json, Written(text));
        Assert.Equal(json, ReadAndWrittenAgain(json));
    }

    [Fact]
    public void A_struct_has_a_title_and_members_in_order_with_their_names_as_printed()
    {
        const string Text = """
            Comprehensive {
               Free:5 KB
               Total (pages):33511290
               list:[0]: 1
            [1]: x
               part:Part {
                  empty:
               }
            }
            """;
        const string Json = """
            {"title":"Comprehensive","members":[{"name":"Free","value":{"value":5,"unit":"KB"}},{"name":"Total (pages)","value":33511290},
            {"name":"list","value":[1,"x"]},{"name":"part","value":{"title":"Part","members":[{"name":"empty","value":""}]}}]}
            """;

        Assert.Equal(Json.Replace("\n", string.Empty), Written(Text));
        Assert.Equal(Json.Replace("\n", string.Empty), ReadAndWrittenAgain(Written(Text)));
    }

    [Fact]
    public void Sixteen_bytes_are_a_uuid_where_their_name_says_so()
    {
        string bytes = string.Join('\n', Enumerable.Range(0, 16).Select(i => $"[{i}]: 0x{(i * 16) + 1:x2}"));

        Assert.Equal(
            """{"title":"T","members":[{"name":"System UUID","value":{"uuid":"01112131-4151-6171-8191-a1b1c1d1e1f1"}}]}""",
            Written($"T {{\n   System UUID:{bytes}\n}}\n"));
        Assert.StartsWith(
            """{"title":"T","members":[{"name":"filter","value":[{"value":1,"hex":"0x01"},""",
            Written($"T {{\n   filter:{bytes}\n}}\n"),
            StringComparison.Ordinal);
        Assert.Contains("\"value\":[", Written($"T {{\n   UUID:{bytes}\n[16]: 0x1\n}}\n"), StringComparison.Ordinal);
        Assert.Contains("\"value\":[", Written($"T {{\n   UUID:{bytes.Replace("0x01", "256")}\n}}\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_guest_has_a_type_for_each_notation()
    {
        Assert.Equal(new VsiIntegerValue(ulong.MaxValue), Read("18446744073709551615"));
        Assert.Equal(new VsiHexValue(16, "0x0010"), Read("0x0010"));
        Assert.Equal(new VsiQuantityValue(-5, "KB"), Read("-5 KB"));
        Assert.Equal(new VsiLabelValue(1, "one two", "T"), Read("T: 1 -> one two"));
        Assert.Equal(new VsiLabelValue(1, "", null), Read("1 -> "));
        Assert.Equal(new VsiUuidValue(Guid.Parse("564db163-53a5-dde6-60d5-7a08dc4cc19a")), Read("56 4d b1 63 53 a5 dd e6-60 d5 7a 08 dc 4c c1 9a"));
        Assert.Equal(new VsiTextValue("x"), Read("x"));
    }

    [Theory]
    [InlineData("""{"seconds":5,"of":["what"]}""")]
    [InlineData("""{"value":5}""")]
    [InlineData("""{"uuid":"none"}""")]
    [InlineData("{}")]
    public void A_form_that_a_guest_does_not_know_is_shown_as_it_came(string json)
    {
        Assert.Equal(new VsiTextValue(json), JsonSerializer.Deserialize(json, ProtocolJson.Default.VsiValue));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("1.5")]
    [InlineData("[null]")]
    [InlineData("""{"members":[1]}""")]
    public void What_is_no_value_is_refused(string json)
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, ProtocolJson.Default.VsiValue));
    }

    [Fact]
    public void Bytes_that_are_no_text_become_the_sign_for_it()
    {
        Assert.Equal("\"a\\uFFFDb\"", Written([(byte)'a', 0xff, (byte)'b']));
        Assert.Equal(new VsiTextValue("a\ufffdb"), JsonSerializer.Deserialize(Written([(byte)'a', 0xff, (byte)'b']), ProtocolJson.Default.VsiValue));
        Assert.Equal("\"a\\u0000b\"", Written("a\0b"));
    }

    [Fact]
    public void The_deepest_value_is_one_that_guests_can_read()
    {
        string deep = string.Concat(Enumerable.Repeat("a:[0]: A {\n", 100));

        string json = Written("T {\n" + deep);

        Assert.IsType<VsiStructValue>(JsonSerializer.Deserialize($$"""{"path":"/","text":"","value":{{json}}}""", ProtocolJson.Default.VsiLeaf)!.Value);
        using JsonDocument asPartOfAnAnswer = JsonDocument.Parse("{\"params\":{\"value\":{\"items\":[{\"value\":" + json + "}]}}}");
    }

    internal static string Written(string text) => Written(Encoding.UTF8.GetBytes(text));

    internal static string Written(byte[] text)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            VsiJson.WriteValue(writer, VsiText.Parse(text));
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>What is left of a host's JSON when a guest has read it.</summary>
    internal static string ReadAndWrittenAgain(string json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            JsonSerializer.Serialize(writer, JsonSerializer.Deserialize(json, ProtocolJson.Default.VsiValue)!, ProtocolJson.Default.VsiValue);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static VsiValue Read(string text) => JsonSerializer.Deserialize(Written(text), ProtocolJson.Default.VsiValue)!;
}
