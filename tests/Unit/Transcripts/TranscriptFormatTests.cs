using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace EsxAgent.Tests.Transcripts;

/// <summary>What stands between the wire and a transcript must not hide a change.</summary>
public sealed class TranscriptFormatTests
{
    private const string Long =
        """{"jsonrpc":"2.0","id":1,"result":{"a":[1,{"b":"x,y:z}","c":null}],"d":"one\ntwo\\","e":{},"f":[],"g":"""
        + "\"----------------------------------------------------------\"}}";

    [Fact]
    public void A_long_body_is_laid_out_by_its_members()
    {
        string expected = """
            {"jsonrpc":"2.0","id":1,"result":{
                  "a":[1,{"b":"x,y:z}","c":null}],
                  "d":"one\ntwo\\",
                  "e":{},
                  "f":[],
                  "g":"----------------------------------------------------------"
                }}
            """;
        Assert.Equal(expected, AnswerLayout.Of(Long));
    }

    [Fact]
    public void A_layout_joined_again_is_the_body() => Assert.Equal(Long, Regex.Replace(AnswerLayout.Of(Long), "\n *", string.Empty));

    [Fact]
    public void A_long_text_is_broken_after_its_line_breaks()
    {
        string line = new('x', 60);
        Assert.Equal($"{{\"text\":\"{line}\\n\n    {line}\\n\n    \"}}", AnswerLayout.Of($"{{\"text\":\"{line}\\n{line}\\n\"}}"));
    }

    [Theory]
    [InlineData("\"id\":1,\"result\"", "\"result\"")]
    [InlineData("\"e\":{},\"f\":[]", "\"f\":[],\"e\":{}")]
    [InlineData("\"c\":null", "\"c\": null")]
    [InlineData("\"e\":{},", "\"e\":{},\n      ")]
    [InlineData("\"e\":{},", "\"e\":{},,")]
    public void Whatever_changes_in_a_body_changes_its_layout(string before, string after) =>
        Assert.NotEqual(AnswerLayout.Of(Long), AnswerLayout.Of(Long.Replace(before, after, StringComparison.Ordinal)));

    [Theory]
    [InlineData("""{"bootTime":"2026-01-02T03:04:05Z"}""", """{"bootTime":"<time>"}""")]
    [InlineData("""{"startTime":"2026-01-02T03:04:05.1234567Z"}""", """{"startTime":"<time>"}""")]
    [InlineData("""{"uptimeSeconds":5}""", """{"uptimeSeconds":<seconds>}""")]
    [InlineData("""{"freeBytes":5,"a":1}""", """{"freeBytes":<bytes>,"a":1}""")]
    [InlineData("""{"name":"esxagent","version":"1.20.3","commit":null}""", """{"name":"esxagent","version":"<version>","commit":<commit>}""")]
    [InlineData("""{"commit":"0123456789abcdef"}""", """{"commit":<commit>}""")]
    [InlineData("""{"path":"/tmp/x/h/etc"}""", """{"path":"<directory>/h/etc"}""")]
    public void What_differs_from_run_to_run_has_a_name(string body, string expected) => Assert.Equal(expected, WireVariables.Replace(body, "/tmp/x"));

    [Theory]
    [InlineData("""{"bootTime":"2026-01-02T03:04:05"}""")]
    [InlineData("""{"bootTime":"2026-01-02 03:04:05Z"}""")]
    [InlineData("""{"bootTime":1767323045}""")]
    [InlineData("""{"bootTime":null,"uptimeSeconds":null}""")]
    [InlineData("""{"uptimeSeconds":"5"}""")]
    [InlineData("""{"uptimeSeconds":5.5}""")]
    [InlineData("""{"freeBytes":-1}""")]
    [InlineData("""{"freeBytes":1e9}""")]
    [InlineData("""{"capacityBytes":5}""")]
    [InlineData("""{"sessionId":7}""")]
    [InlineData("""{"name":"other","version":"1.20.3"}""")]
    [InlineData("""{"limits":{"runningRequests":32,"connections":16}}""")]
    public void What_has_another_form_or_is_the_same_on_every_run_stays(string body) => Assert.Equal(body, WireVariables.Replace(body, "/tmp/x"));

    [Fact]
    public void The_middle_of_a_long_list_is_counted_if_its_items_are_alike()
    {
        Assert.Equal(
            """{"items":[{"name":"1","size":null},{"name":"2","size":null},<27 more items like this one>,{"name":"30","size":null}]}""",
            WireVariables.Replace(List(30), "/tmp/x"));
        string other = List(30).Replace("\"15\",\"size\":null", "\"15\",\"size\":0", StringComparison.Ordinal);
        Assert.Equal(other, WireVariables.Replace(other, "/tmp/x"));
        Assert.Equal(List(20), WireVariables.Replace(List(20), "/tmp/x"));
    }

    [Fact]
    public void An_answer_of_several_lines_is_one()
    {
        Transcript transcript = Transcript.Parse("# note\nhost: 8.0\n\n--> {}\n<-- {\"a\":\n      1}\n<-- (the connection ends)\n");
        Assert.Equal(["8.0"], transcript.Settings("host"));
        Assert.Equal(["# note", "host: 8.0", "", "{}", "{\"a\":1}", TranscriptLine.End], transcript.Lines.Select(line => line.Text));
    }

    [Theory]
    [InlineData("->> {}")]
    [InlineData("hello")]
    [InlineData("--> {}\nhost: 8.0")]
    [InlineData("--> {}\n  {}")]
    public void A_line_of_another_kind_is_refused(string text) => Assert.Throws<FormatException>(() => Transcript.Parse(text));

    private static string List(int count)
    {
        IEnumerable<string> items = Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{\"name\":\"{i}\",\"size\":null}}"));
        return $"{{\"items\":[{string.Join(',', items)}]}}";
    }
}
