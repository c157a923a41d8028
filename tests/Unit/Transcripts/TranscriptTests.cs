using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Transcripts;

/// <summary>The wire is frozen by transcripts: a change that breaks one is a new protocol version.</summary>
public sealed partial class TranscriptTests(SlowTranscripts slow) : IClassFixture<SlowTranscripts>
{
    /// <summary>A person sets it to 1 to have the answers written into the files; README.md beside them says when that is right.</summary>
    private const string RecordVariable = "ESXAGENT_RECORD_TRANSCRIPTS";

    private const string OnDatastore = "it takes a change of files on the datastore in the middle; VolumeTests shows it";
    private const string OwnMistake = "only a mistake of the agent brings it, and no transcript may rest on one";

    /// <summary>The kinds of error that no transcript shows, and why.</summary>
    private static readonly Dictionary<ErrorKind, string> s_notShown = new()
    {
        [ErrorKind.InternalError] = OwnMistake,
        [ErrorKind.VolumeInUse] = OnDatastore,
        [ErrorKind.MetadataDamaged] = OnDatastore,
    };

    /// <summary>Methods that end with an error whenever they end: they have no result to show.</summary>
    private static readonly string[] s_withoutResult = [Methods.VsiWatch];

    public static TheoryData<string> Names => [.. Transcript.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_wire_is_as_it_was(string name)
    {
        Transcript transcript = Transcript.Read(name);
        string actual = slow.Take(name) ?? TranscriptReplay.Play(transcript);
        if (Environment.GetEnvironmentVariable(RecordVariable) == "1")
        {
            File.WriteAllText(Transcript.PathOf(name), actual);
            Assert.Skip($"NOT TESTED: {name} was recorded. Look at the change of the file before you keep it.");
        }

        Assert.True(actual == transcript.Text, FirstDifference(name, transcript.Text, actual));
    }

    [Fact]
    public void Each_method_of_the_agent_is_shown_with_its_answer()
    {
        using World world = World.Start();
        using WireConnection guest = world.Guest();
        string metrics = guest.Call("agent/metrics").Result!["text"]!.GetValue<string>();
        string[] served = [.. MethodInMetrics().Matches(metrics).Select(match => match.Groups[1].Value).Where(method => method != "unknown").Distinct()];
        Assert.Contains("host/info", served);
        Assert.Empty(served.Concat(MethodNames()).Distinct().Except(Transcript.Names.SelectMany(name => Shown(Transcript.Read(name)))));
    }

    [Fact]
    public void Each_kind_of_error_is_shown_or_is_known_not_to_be()
    {
        string[] shown = [.. Transcript.Names.SelectMany(name => Kinds(Transcript.Read(name))).Distinct()];
        Assert.Empty(ErrorKind.All.Except(s_notShown.Keys).Select(kind => kind.Name).Except(shown));
        Assert.Empty(shown.Intersect(s_notShown.Keys.Select(kind => kind.Name)));
        Assert.Empty(shown.Except(ErrorKind.All.Select(kind => kind.Name)));
    }

    private static string FirstDifference(string name, string expected, string actual)
    {
        string[] before = expected.Split('\n');
        string[] now = actual.Split('\n');
        int line = before.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"""
            The wire has changed: {name}, line {line + 1}.
            It was: {before.ElementAtOrDefault(line) ?? "(nothing)"}
            It is:  {now.ElementAtOrDefault(line) ?? "(nothing)"}
            A change that a client could notice is a new version of the protocol. tests/Unit/Transcripts/README.md says how to record a change that is meant.
            """;
    }

    /// <summary>The names that the protocol itself knows, with the notifications, which are in no table of the agent.</summary>
    private static IEnumerable<string> MethodNames() =>
        typeof(Methods).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);

    /// <summary>The methods that a transcript shows: requests with a result, those that have none with their end, and notifications of either side.</summary>
    private static IEnumerable<string> Shown(Transcript transcript)
    {
        var asked = new Dictionary<string, string>();
        foreach (TranscriptLine line in transcript.Lines)
        {
            Match request = Request().Match(line.Text);
            Match result = Result().Match(line.Text);
            if (line.Kind == TranscriptLineKind.Send && request.Success)
            {
                asked[request.Groups[1].Value] = request.Groups[2].Value;
            }
            else if (line.Kind == TranscriptLineKind.Receive && result.Success)
            {
                yield return asked[result.Groups[1].Value];
            }
            else if (line.Kind == TranscriptLineKind.Receive && Failure().Match(line.Text) is { Success: true } failure
                && asked.GetValueOrDefault(failure.Groups[1].Value) is string method && s_withoutResult.Contains(method))
            {
                yield return method;
            }
            else if (line.Kind is TranscriptLineKind.Send or TranscriptLineKind.Receive && Notification().Match(line.Text) is { Success: true } notification)
            {
                yield return notification.Groups[1].Value;
            }
        }
    }

    private static IEnumerable<string> Kinds(Transcript transcript) => transcript.Lines
        .Where(line => line.Kind == TranscriptLineKind.Receive)
        .Select(line => Error().Match(line.Text))
        .Where(error => error.Success)
        .Select(error => error.Groups[1].Value);

    [GeneratedRegex("^\\{\"jsonrpc\":\"2\\.0\",\"id\":([0-9]+|\"[^\"]*\"),\"method\":\"([^\"]+)\"")]
    private static partial Regex Request();

    [GeneratedRegex("^\\{\"jsonrpc\":\"2\\.0\",\"id\":([0-9]+|\"[^\"]*\"),\"result\":")]
    private static partial Regex Result();

    [GeneratedRegex("^\\{\"jsonrpc\":\"2\\.0\",\"method\":\"([^\"]+)\"")]
    private static partial Regex Notification();

    [GeneratedRegex("^\\{\"jsonrpc\":\"2\\.0\",\"id\":[^,]+,\"error\":\\{.*\"data\":\\{\"kind\":\"([A-Za-z]+)\"")]
    private static partial Regex Error();

    [GeneratedRegex("^\\{\"jsonrpc\":\"2\\.0\",\"id\":([0-9]+),\"error\":")]
    private static partial Regex Failure();

    [GeneratedRegex("_seconds_count\\{method=\"([^\"]+)\"\\}")]
    private static partial Regex MethodInMetrics();
}
