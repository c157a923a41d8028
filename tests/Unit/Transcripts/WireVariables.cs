using System;
using System.Linq;
using System.Text.RegularExpressions;

namespace EsxAgent.Tests.Transcripts;

/// <summary>
/// Puts names in the place of what is different on every run, and of nothing else: a value is replaced only where it has the form that it must have, so a time
/// without its zone or a number that became a text still breaks the transcript.
/// </summary>
internal static partial class WireVariables
{
    /// <summary>In a list of more items than this, those in the middle are only counted.</summary>
    private const int ItemsInFull = 20;

    private static readonly (Regex Form, string Name)[] s_variables =
    [
        (SessionId(), "<session>"),
        (AgentVersion(), "<version>"),
        (Commit(), "<commit>"),
        (Time(), "<time>"),
        (VolumeUuid(), "<uuid>"),
        (Seconds(), "<seconds>"),
        (Bytes(), "<bytes>"),
        (Count(), "<count>"),
        (MetricsOfOtherMethods(), "<the same of each other method>\\n"),
        (Metric(), "<value>"),
    ];

    /// <summary>Replaces them in a body.</summary>
    /// <param name="body">The body as it came.</param>
    /// <param name="directory">The temporary directory of the world, which is named in paths.</param>
    public static string Replace(string body, string directory)
    {
        body = body.Replace(directory, "<directory>", StringComparison.Ordinal);
        body = s_variables.Aggregate(body, (text, variable) => variable.Form.Replace(text, variable.Name));
        return Items().Replace(body, list => Shorten(list.Value));
    }

    /// <summary>Leaves out the items in the middle of a long list, if they have the same members of the same types as the first.</summary>
    private static string Shorten(string list)
    {
        string[] items = list.Split("},{");
        return items.Length > ItemsInFull && items[1..^1].All(item => Shape(item) == Shape(items[1]))
            ? $"{items[0]}}},{{{items[1]}}},<{items.Length - 3} more items like this one>,{{{items[^1]}"
            : list;
    }

    private static string Shape(string item) => Text().Replace(item, ":\"\"");

    [GeneratedRegex("""(?<="sessionId":")[^"\\]+(?=")""")]
    private static partial Regex SessionId();

    [GeneratedRegex("""(?<="name":"esxagent","version":"|"result":\{"version":"|esxagent_build_info\{version=\\")\d+\.\d+\.\d+(?=\\?")""")]
    private static partial Regex AgentVersion();

    [GeneratedRegex("""(?<="commit":)(null|"[0-9a-f]{7,64}")""")]
    private static partial Regex Commit();

    [GeneratedRegex("""(?<="(startTime|loadedTime|bootTime|time|created)":")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z(?=")""")]
    private static partial Regex Time();

    // Of a volume: its name follows.
    [GeneratedRegex("""(?<="uuid":")[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=","name":)""")]
    private static partial Regex VolumeUuid();

    [GeneratedRegex("""(?<="uptimeSeconds":)\d+(?=[,}])""")]
    private static partial Regex Seconds();

    // Free space depends on the blocks that the file system under the simulated host gives to small files.
    [GeneratedRegex("""(?<="(freeBytes|residentBytes|bytesReceived|bytesSent)":)\d+(?=[,}])""")]
    private static partial Regex Bytes();

    [GeneratedRegex("""(?<="(toolsStarted|threads|openDescriptors)":)\d+(?=[,}])|(?<="runningRequests":)\d+(?=,"bytesReceived")""")]
    private static partial Regex Count();

    [GeneratedRegex("""(esxagent_request_duration_seconds_(bucket|sum|count)\{method=\\"(?!initialize)[^"]*\\"[^}]*\} [0-9.]+\\n)+""")]
    private static partial Regex MetricsOfOtherMethods();

    [GeneratedRegex("""(?<=\\n(?!esxagent_build_info)esxagent_[a-z_]+(\{[^}]*\})? )[0-9.]+(?=\\n)""")]
    private static partial Regex Metric();

    [GeneratedRegex("""(?<="items":\[)\{[^\[\]]*\}(?=\])""")]
    private static partial Regex Items();

    [GeneratedRegex(""":"[^"\\]*"(?=[,}]|$)""")]
    private static partial Regex Text();
}
