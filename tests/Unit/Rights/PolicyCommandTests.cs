using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using EsxAgent.HostAgent.Policy;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Rights;

/// <summary><c>esxagent policy check</c> and <c>esxagent policy explain</c> as a person calls them.</summary>
public sealed class PolicyCommandTests : IDisposable
{
    private const string Bios = "564db163-53a5-dde6-60d5-7a08dc4cc19a";
    private const string Instance = "523b0000-0000-0000-0000-000000000028";
    private const string Sound = """
        {
          "version": 1,
          "groups": [
            {
              "name": "web", "members": [{ "name": "web*", "biosUuid": "564DB163-53a5-dde6-60d5-7a08dc4cc19a" }, { "name": "front?" }], "methods": ["volume/*", "sidecar/list", "vsi/*"],
              "vsi": ["/hardware", "/system/version"], "datastores": [{ "name": "ssd*", "maxVolumeBytes": 1073741824, "totalBytes": 10737418240 }],
              "vmdkPaths": ["/vmfs/volumes/ssd1/web"], "rates": { "changesPerMinute": 5 }
            },
            { "name": "default", "methods": ["host/info", "agent/status"] }
          ]
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("esx-").FullName;

    private string File => Path.Combine(_folder, "policy.json");

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Check_tells_what_is_in_a_file_and_changes_nothing()
    {
        System.IO.File.WriteAllText(File, Sound);
        (int status, string output, string errors) = AgentProcess.Run("policy", "check", File);
        string[] lines = output.TrimEnd('\n').Split('\n');
        string digest = Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(File)));

        Assert.Equal((0, string.Empty), (status, errors));
        Assert.All(lines, static line => Assert.StartsWith("ok      ", line, StringComparison.Ordinal));
        Assert.Equal(
            [
                ("policy", $"{File} sha256 {digest}"),
                ("group web member", $"name 'web*' and BIOS uuid {Bios}"),
                ("group web member", "name 'front?'"),
                ("group web right", "volume/*"),
                ("group web right", "sidecar/list"),
                ("group web right", "vsi/*"),
                ("group web vsi", "/hardware"),
                ("group web vsi", "/system/version"),
                ("group web datastore", "'ssd*' with volumes of at most 1073741824 bytes, together at most 10737418240 bytes"),
                ("group web vmdkPath", "/vmfs/volumes/ssd1/web"),
                ("group web rates", "5 changes a minute"),
                ("group default right", "host/info"),
                ("group default right", "agent/status"),
            ],
            lines.Select(static line => (line[8..52].TrimEnd(), line[52..])));
        Assert.Equal([File], Directory.GetFileSystemEntries(_folder));
        Assert.Equal("2 requests a second, 3 changes a minute", new PolicyRates(2, 3).Describe());
        Assert.Equal("2 requests a second", new PolicyRates(2, null).Describe());
    }

    [Fact]
    public void Check_gives_the_same_as_JSON()
    {
        System.IO.File.WriteAllText(File, Sound.Replace("volume/*", "volume/creat", StringComparison.Ordinal));
        (int status, string table, _) = AgentProcess.Run("policy", "check", File);
        (int again, string json, _) = AgentProcess.Run("policy", "check", "--json", File);
        using JsonDocument document = JsonDocument.Parse(json);

        Assert.Equal((0, 0), (status, again));
        Assert.Equal(
            table.TrimEnd('\n').Split('\n'),
            document.RootElement.EnumerateArray().Select(static line =>
                $"{line.GetProperty("outcome").GetString(),-8}{line.GetProperty("name").GetString(),-44}{line.GetProperty("detail").GetString()}"));
        Assert.Contains("warning", table, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n\"version\": 1,\n\"gruops\": [] }", "line 3: the file has a member 'gruops' that is not known")]
    [InlineData("", "line 1: it is not JSON")]
    public void Check_tells_line_and_reason_of_an_invalid_file(string text, string reason)
    {
        System.IO.File.WriteAllText(File, text);
        (int status, string output, string errors) = AgentProcess.Run("policy", "check", File);
        Assert.Equal((1, string.Empty), (status, errors));
        Assert.Equal($"invalid policy{new string(' ', 38)}{File}: {reason}; the agent refuses everything with it\n", output);
    }

    [Theory]
    [InlineData("methods", """{"name":"a","members":[{"name":"x"}],"methods":["volume/creat"]}""", "the right 'volume/creat' names no method")]
    [InlineData("methods", """{"name":"a","members":[{"name":"x"}],"methods":["host*"]}""", "the right 'host*' names no method")]
    [InlineData("methods", """{"name":"a","members":[{"name":"x"}],"methods":["volumes/*"]}""", "the right 'volumes/*' names no method")]
    [InlineData("members", """{"name":"a","methods":["host/info"]}""", "it has no members, so no VM belongs to it")]
    [InlineData("vsi", """{"name":"default","methods":["vsi/get"]}""", "it has rights to 'vsi/' and no prefix in 'vsi', so it can read nothing")]
    [InlineData("vsi", """{"name":"default","methods":["host/info"],"vsi":["/"]}""", "it has prefixes in 'vsi' and no right to 'vsi/'")]
    [InlineData("volumes", """{"name":"default","methods":["volume/list"]}""", "it has rights to 'volume/' and no datastore, so it can have no volume")]
    [InlineData("datastores", """{"name":"default","methods":[],"datastores":[{"name":"x","totalBytes":1}]}""", "it has datastores and no right to 'volume/' or 'sidecar/'")]
    [InlineData("limits", """{"name":"default","methods":["volume/*"],"datastores":[{"name":"x"}]}""", "the datastore 'x' has neither 'maxVolumeBytes' nor 'totalBytes', so its volumes may fill it")]
    [InlineData("sizes", """{"name":"default","methods":["volume/*"],"datastores":[{"name":"x","maxVolumeBytes":2,"totalBytes":1}]}""", "the datastore 'x' has more 'maxVolumeBytes' than 'totalBytes'")]
    [InlineData("order", """{"name":"default","methods":["volume/*"],"datastores":[{"name":"s*","totalBytes":2},{"name":"ssd?","totalBytes":1}]}""", "the datastore 'ssd?' stands behind 's*', which is taken first, so it counts for nothing")]
    [InlineData("paths", """{"name":"default","methods":["sidecar/*"],"vmdkPaths":["/tmp"]}""", "'/tmp' of 'vmdkPaths' is not below '/vmfs/volumes', so it opens nothing")]
    [InlineData("disk", """{"name":"default","methods":["sidecar/*"],"vmdkPaths":["/vmfs/volumes/a/a.vmdk"]}""", "'/vmfs/volumes/a/a.vmdk' of 'vmdkPaths' looks like a disk: name the directory that it lies in")]
    [InlineData("sidecars", """{"name":"default","methods":["volume/*"],"datastores":[{"name":"x","totalBytes":2}],"vmdkPaths":["/vmfs/volumes/a"]}""", "it has 'vmdkPaths' and no right to 'sidecar/'")]
    [InlineData("overlap", """{"name":"a","members":[{"name":"web*"}]},{"name":"b","members":[{"name":"*01"}]}""", "name 'web*' may be a VM of the group 'b' too, and is refused then: name '*01'")]
    public void Check_warns_of_what_is_allowed_and_surely_a_mistake(string what, string groups, string warning)
    {
        Assert.True(Warnings(groups).Contains(warning), $"{what}: '{warning}' was expected, these came: {string.Join("; ", Warnings(groups))}");
    }

    [Theory]
    [InlineData("""{"name":"a","members":[{"name":"web*"}],"methods":["host/*"]},{"name":"b","members":[{"name":"db*"}],"methods":["*"],"vsi":["/"],"datastores":[{"name":"x","totalBytes":5}]}""")]
    [InlineData("""{"name":"a","members":[{"name":"web*","biosUuid":"564db163-53a5-dde6-60d5-7a08dc4cc19a"}]},{"name":"b","members":[{"name":"*","biosUuid":"664db163-53a5-dde6-60d5-7a08dc4cc19a"}]}""")]
    [InlineData("""{"name":"a","members":[{"name":"web*"}]},{"name":"b","members":[{"biosUuid":"564db163-53a5-dde6-60d5-7a08dc4cc19a"}]}""")]
    [InlineData("""{"name":"default","methods":["sidecar/*"],"vmdkPaths":["/vmfs/volumes","/vmfs/volumes/","/vmfs/volumes/ssd1/x"]}""")]
    [InlineData("""{"name":"default","methods":["volume/*"],"datastores":[{"name":"ssd?","totalBytes":2},{"name":"ssd*","totalBytes":1}]}""")]
    public void Check_does_not_warn_of_what_may_be_meant(string groups) => Assert.Empty(Warnings(groups));

    [Theory]
    [InlineData("web*", "*01", true)]
    [InlineData("web*", "db*", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("*", "", true)]
    [InlineData("?", "", false)]
    [InlineData("a*b*c", "*x*", true)]
    [InlineData("a*b", "b*a", false)]
    [InlineData("a*", "*b", true)]
    public void Patterns_overlap_where_a_name_fits_both(string one, string other, bool overlap)
    {
        Assert.Equal(overlap, NamePattern.Overlap(one, other));
        Assert.Equal(overlap, NamePattern.Overlap(other, one));
    }

    /// <summary>Every pair of short patterns, compared with all short names.</summary>
    [Fact]
    public void Patterns_overlap_exactly_where_a_short_name_shows_it()
    {
        string[] patterns = [.. Words("ab?*", 3)];
        string[] names = [.. Words("abc", 6)];
        foreach (string one in patterns)
        {
            string[] fitting = [.. names.Where(name => NamePattern.Fits(name, one))];
            foreach (string other in patterns)
            {
                Assert.True(
                    NamePattern.Overlap(one, other) == fitting.Any(name => NamePattern.Fits(name, other)), $"'{one}' and '{other}' are told wrongly to overlap or not");
            }
        }
    }

    [Theory]
    [InlineData("volume/create --vm web01 --bios-uuid 564DB163-53A5-dde6-60d5-7a08dc4cc19a", "'web' by its member name 'web*' and BIOS uuid 564db163-53a5-dde6-60d5-7a08dc4cc19a", "right     'volume/*' of 'methods'")]
    [InlineData("volume/create --vm front1 --datastore ssd1", "'web' by its member name 'front?'", "datastore 'ssd*' with volumes of at most 1073741824 bytes, together at most 10737418240 bytes of 'datastores'")]
    [InlineData("sidecar/list --vm front1 --path /vmfs/volumes/ssd1/web/a/b.vmdk", "'web'", "path      '/vmfs/volumes/ssd1/web' of 'vmdkPaths'")]
    [InlineData("vsi/get --vm front1 --path /hardware/cpu", "'web'", "path      '/hardware' of 'vsi'")]
    [InlineData("vsi/list --vm front1 --path /system", "'web'", "path      only what leads to '/system/version' of 'vsi'")]
    [InlineData("host/info --vm db01", "'default', because no group names the VM", "right     'host/info' of 'methods'")]
    [InlineData("initialize --vm db01", "'default'", "right     every VM may call it")]
    [InlineData("agent/status --vm front1", "'web'", "note      only its own part: the whole needs the right 'agent/status'")]
    [InlineData("host/info --vm web01", "'default'", "note      the policy names VMs by uuid too: tell '--bios-uuid' and '--instance-uuid'")]
    [InlineData("volume/get --vm front1", "'web'", "note      which datastores or disks is another rule: ask with '--datastore' or '--path'")]
    public void Explain_says_what_is_allowed_and_by_which_rule(string question, string group, string line)
    {
        (int status, string output, string errors) = Explain(question);
        Assert.Equal((0, string.Empty), (status, errors));
        Assert.Contains($"\ngroup     {group}", output, StringComparison.Ordinal);
        Assert.Contains($"\n{line}\n", output, StringComparison.Ordinal);
        Assert.EndsWith($"allowed   '{question.Split(' ')[0]}' for the VM '{question.Split(' ')[2]}'\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host/info --vm front1", "the group 'web' has no right 'host/info' in the host's policy")]
    [InlineData("volume/create --vm db01", "the group 'default' has no right 'volume/create' in the host's policy")]
    [InlineData("volume/create --vm front1 --datastore nfs1", "the group 'web' has no datastore of that name in the host's policy")]
    [InlineData("sidecar/list --vm front1 --path /vmfs/volumes/ssd1/db/b.vmdk", "the group 'web' has no directory above it under 'vmdkPaths' in the host's policy")]
    [InlineData("vsi/get --vm front1 --path /system", "no prefix of the group 'web' in the host's policy ('vsi') holds it")]
    [InlineData("vsi/list --vm front1 --path /memory", "no prefix of the group 'web' in the host's policy ('vsi') holds it")]
    public void Explain_says_what_is_refused_and_which_rule_is_missing(string question, string missing)
    {
        (int status, string output, string errors) = Explain(question);
        Assert.Equal((1, string.Empty), (status, errors));
        Assert.Contains("\nmissing   The host does not allow", output, StringComparison.Ordinal);
        Assert.Contains(missing, output, StringComparison.Ordinal);
        Assert.EndsWith($"refused   '{question.Split(' ')[0]}' for the VM '{question.Split(' ')[2]}'\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_of_an_invalid_file_and_of_two_groups_is_refused()
    {
        Assert.Equal(1, Explain("host/info --vm x", "{").Status);
        Assert.Contains("the host's policy file is invalid (line 1: it is not JSON), so everything is refused", Explain("host/info --vm x", "{").Output, StringComparison.Ordinal);
        (int status, string output, _) = Explain("host/info --vm x", """{"version":1,"groups":[{"name":"a","members":[{"name":"x"}],"methods":["*"]},{"name":"b","members":[{"name":"*"}],"methods":["*"]}]}""");
        Assert.Equal(1, status);
        Assert.Contains("group     'a' by its member name 'x'\ngroup     'b' by its member name '*'\nmissing   The host does not allow 'host/info': the VM belongs to two groups", output, StringComparison.Ordinal);
    }

    /// <summary>For each method and each VM the command says what the agent does.</summary>
    [Fact]
    public void Explain_says_of_a_host_what_its_agent_answers()
    {
        string policy = Sound.Replace("\"changesPerMinute\": 5", "\"changesPerMinute\": 1000000", StringComparison.Ordinal);
        using var world = World.Start(datastores: ["ssd1=64GB", "nfs1=64GB"], machines: ["front1", "db01"], prepare: host => host.SetPolicy(policy));
        for (int vm = 0; vm < 2; vm++)
        {
            using WireConnection guest = world.Guest(vm);
            foreach ((string method, string parameters) in KnownCalls.All.Where(static call => call.Method != "initialize").DistinctBy(static call => call.Method))
            {
                foreach (string datastore in parameters.Contains("{datastore}", StringComparison.Ordinal) ? ["ssd1", "nfs1", "nowhere"] : new[] { string.Empty })
                {
                    string[] more = datastore.Length == 0 ? [] : ["--datastore", datastore];
                    string node = parameters.Contains("{node}", StringComparison.Ordinal) ? "/hardware/cpu/cpuModelName" : string.Empty;
                    more = node.Length == 0 ? more : ["--path", node];
                    int told = AgentProcess.Run(["policy", "explain", "--host-root", world.Host.Root, "--vm", world.Machine(vm).Name, "--method", method, .. more]).Status;
                    string? kind = guest.Call(method, KnownCalls.Fill(parameters, ("{name}", "v"), ("{datastore}", datastore), ("{node}", node))).ErrorKind;
                    Assert.NotEqual("TooBusy", kind);
                    bool isRefused = kind == "AccessDenied";
                    Assert.True(told == (isRefused ? 1 : 0), $"'{method}' of '{world.Machine(vm).Name}' on '{datastore}': the command ends with {told}, and the agent {(isRefused ? "refuses" : "allows")} it");
                }
            }
        }
    }

    [Theory]
    [InlineData("policy", "'policy' needs the word 'check' or 'explain' behind it")]
    [InlineData("policy chek x", "'policy' needs the word 'check' or 'explain' behind it")]
    [InlineData("policy check", "'policy check' needs the file to read")]
    [InlineData("policy check a b", "'policy check' takes one file, and 'b' is a second one")]
    [InlineData("policy check a --yaml", "unknown option '--yaml'")]
    [InlineData("policy check /nonexistent/policy.json", "there is no file '/nonexistent/policy.json'")]
    [InlineData("policy explain", "'policy explain' needs '--vm'")]
    [InlineData("policy explain --vm a", "'policy explain' needs '--method'")]
    [InlineData("policy explain --vm a --method host/inf", "the agent has no method 'host/inf'")]
    [InlineData("policy explain --vm a --method host/info --datastore d", "'--datastore' says nothing here")]
    [InlineData("policy explain --vm a --method host/info --path /x", "'--path' says nothing here")]
    [InlineData("policy explain --vm a --method sidecar/list --datastore d --path /vmfs/volumes/a/b.vmdk", "'--datastore' says nothing here")]
    [InlineData("policy explain --vm a --method host/info --bios-uuid x", "'--bios-uuid' needs a uuid such as 564db163-53a5-dde6-60d5-7a08dc4cc19a, and 'x' is none")]
    [InlineData("policy explain --vm a --method host/info --policy /nonexistent/policy.json", "there is no file '/nonexistent/policy.json'")]
    [InlineData("policy explain --vm a --method host/info --host-root /nonexistent", "the host root '/nonexistent' cannot be used")]
    [InlineData("policy explain --vm a --vm b --method host/info", "the option '--vm' was given twice")]
    [InlineData("policy explain a", "unknown option 'a'")]
    public void A_wrong_command_line_is_told_in_one_line(string arguments, string problem)
    {
        (int status, string output, string errors) = AgentProcess.Run(arguments.Split(' '));
        Assert.Equal((2, string.Empty), (status, output));
        Assert.StartsWith($"esxagent: {problem}", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("sidecar/list --vm front1 --path web.vmdk", "must be the path of a disk's descriptor")]
    [InlineData("vsi/get --vm front1 --path hardware", "The parameter '--path' must be a path that begins with '/'")]
    public void A_path_that_can_be_none_is_a_mistake_of_the_command_line(string question, string problem)
    {
        (int status, string output, string errors) = Explain(question);
        Assert.Equal(2, status);
        Assert.Contains(problem, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("allowed", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_names_both_commands()
    {
        string help = AgentProcess.Run("help").Output;
        Assert.Contains("esxagent policy check FILE [--json]", help, StringComparison.Ordinal);
        Assert.Contains("esxagent policy explain --vm NAME", help, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Words(string letters, int longest) => longest == 0
        ? [string.Empty]
        : Words(letters, longest - 1).SelectMany(word => word.Length == longest - 1 ? letters.Select(letter => word + letter).Prepend(word) : [word]);

    private string[] Warnings(string groups)
    {
        System.IO.File.WriteAllText(File, $$"""{"version":1,"groups":[{{groups}}]}""");
        (int status, string output, _) = AgentProcess.Run("policy", "check", File);
        Assert.Equal(0, status);
        return [.. output.TrimEnd('\n').Split('\n').Where(static line => line.StartsWith("warning", StringComparison.Ordinal)).Select(static line => line[52..])];
    }

    private (int Status, string Output, string Errors) Explain(string question, string policy = Sound)
    {
        System.IO.File.WriteAllText(File, policy);
        return AgentProcess.Run(["policy", "explain", "--policy", File, "--method", .. question.Split(' ')]);
    }
}
