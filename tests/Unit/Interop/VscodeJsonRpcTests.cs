using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Interop;

/// <summary>vscode-jsonrpc, unmodified, as a client of the agent. The tests themselves are JavaScript, see <c>tests/Interop</c>.</summary>
public sealed partial class VscodeJsonRpcTests
{
    private const string TestFile = "vscode-jsonrpc.test.js";

    [Fact]
    public void It_is_a_client_of_the_agent_as_it_comes()
    {
        NodeProject.Prepare();
        using World world = World.Start();
        using World hanging = World.Start(prepare: host => host.SetFaults(HostFault.Hangs("esxcli", "*storage filesystem list*")));
        using WireConnection plain = world.Guest();
        NodeProject.Outcome outcome = NodeProject.RunTests(TestFile, new Dictionary<string, string>
        {
            ["ESXAGENT_SOCKET"] = world.Socket(),
            ["ESXAGENT_HANGING_SOCKET"] = hanging.Socket(),
            ["ESXAGENT_HOST_INFO"] = plain.Call("host/info").Result!.ToJsonString(),
        });

        Assert.True(outcome.Status == 0, $"node --test ended with status {outcome.Status}:\n{outcome.Output}");
        int tests = TestOfFile().Count(File.ReadAllText(Path.Combine(NodeProject.Directory, TestFile)));
        Assert.Equal((tests, tests), (Counted(outcome, "tests"), Counted(outcome, "pass")));
        Eventually.Holds("the tool of the cancelled request is stopped", () => hanging.Agent.Footprint.Children == 0);
    }

    [Fact]
    public void The_lock_file_names_exact_versions_and_no_host()
    {
        string text = File.ReadAllText(Path.Combine(NodeProject.Directory, "package-lock.json"));
        Assert.DoesNotContain("://", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"resolved\"", text, StringComparison.Ordinal);
        string manifest = File.ReadAllText(Path.Combine(NodeProject.Directory, "package.json"));
        string[] versions = [.. VersionOfPackage().Matches(manifest).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.Contains($"\"version\": \"{version}\"", text, StringComparison.Ordinal));
    }

    /// <summary>A figure of the closing lines.</summary>
    private static int Counted(NodeProject.Outcome outcome, string what)
    {
        Match match = Regex.Match(outcome.Output, $"^# {what} ([0-9]+)$", RegexOptions.Multiline);
        Assert.True(match.Success, $"node --test did not say how many '{what}' there were:\n{outcome.Output}");
        return int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^test\('", RegexOptions.Multiline)]
    private static partial Regex TestOfFile();

    [GeneratedRegex("\"vscode-jsonrpc\": \"([0-9.]+)\"")]
    private static partial Regex VersionOfPackage();
}
