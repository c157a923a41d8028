using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

public sealed class PolicyTests
{
    private static readonly Caller Web = new()
    {
        IsFromHypervisor = true,
        CartelId = 1,
        WorldGroupLeader = 4,
        Name = "web01",
        BiosUuid = "564db163-53a5-dde6-60d5-7a08dc4cc19a",
        InstanceUuid = "523b0000-0000-0000-0000-000000000028",
        ConfigPath = "/vmfs/volumes/ds1/web01/web01.vmx",
    };

    [Fact]
    public void A_whole_file_is_read()
    {
        List<PolicyGroup> groups = Parse("""
            {
              // a comment
              "$schema": "policy.schema.json",
              "version": 1,
              "groups": [
                { "name": "web", "members": [ { "name": "web*", "biosUuid": "564DB163-53A5-DDE6-60D5-7A08DC4CC19A" }, { "instanceUuid": "523b0000-0000-0000-0000-000000000028" } ],
                  "methods": [ "host/*", "vm/self" ], "vsi": [ "/hardware" ],
                  "datastores": [ { "name": "ssd*", "maxVolumeBytes": 5, "totalBytes": 10 } ], "vmdkPaths": [ "/vmfs/volumes/x/" ],
                  "rates": { "requestsPerSecond": 20, "changesPerMinute": 1000000 } },
                { "name": "default", "methods": [], "rates": { "changesPerMinute": 1 } },
              ],
            }
            """);

        Assert.Equal(2, groups.Count);
        Assert.Equal("web", groups[0].Name);
        Assert.Equal(new PolicyMember("web*", "564db163-53a5-dde6-60d5-7a08dc4cc19a", null), groups[0].Members[0]);
        Assert.Equal(["host/*", "vm/self"], groups[0].Methods);
        Assert.Equal(["/hardware"], groups[0].VsiPrefixes);
        Assert.Equal([new PolicyDatastore("ssd*", 5, 10)], groups[0].Datastores);
        Assert.Equal(["/vmfs/volumes/x/"], groups[0].VmdkPaths);
        Assert.Equal(new PolicyRates(20, 1_000_000), groups[0].Rates);
        Assert.Equal(new PolicyRates(null, 1), groups[1].Rates);
    }

    [Theory]
    [InlineData("", "line 1: it is not JSON")]
    [InlineData("{\n\n nonsense", "line 3: it is not JSON")]
    [InlineData("{\"version\":1,\n\"groups\":[{\"vsi\":[\"/a\"// the end", "line 2: it is not JSON")]
    [InlineData("[]", "line 1: the file must be an object")]
    [InlineData("{\n\"groups\": []\n}", "'version' must be 1")]
    [InlineData("{\"version\":2,\"groups\":[]}", "'version' must be 1")]
    [InlineData("{\"version\":1}", "'groups' is missing")]
    [InlineData("{\"version\":1,\n\"gruops\":[]}", "line 2: the file has a member 'gruops' that is not known")]
    [InlineData("{\"version\":1,\"groups\":{}}", "'groups' must be a list")]
    [InlineData("{\"version\":1,\"groups\":[\n5]}", "line 2: a group must be an object")]
    [InlineData("{\"version\":1,\"groups\":[{}]}", "a group needs the member 'name'")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"../x\"}]}", "the group name '../x'")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"a\"},{\"name\":\"A\"}]}", "'A' is there twice")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"a\",\"methods\":[1]}]}", "the list 'methods' holds texts")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"a\",\"methods\":\"*\"}]}", "'methods' must be a list")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"a\",\"members\":[{}]}]}", "a member of a group needs")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"a\",\"members\":[{\"biosUuid\":\"x\"}]}]}", "'biosUuid' must be a uuid")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"a\",\"datastores\":[{\"name\":\"x\",\"totalBytes\":-1}]}]}", "'totalBytes' must be a whole number")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"a\",\"datastores\":[\"x\"]}]}", "a datastore must be an object")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"a\",\"vsi\":[\"hardware\"]}]}", "the list 'vsi' holds paths")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"a\",\n\"rates\":5}]}", "line 2: the member 'rates' must be an object")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"a\",\"rates\":{\"perSecond\":5}}]}", "the member 'rates' has a member 'perSecond' that is not known")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"a\",\"rates\":{\"requestsPerSecond\":0}}]}", "'requestsPerSecond' must be a whole number from 1 to 1000000")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"a\",\"rates\":{\"changesPerMinute\":1000001}}]}", "'changesPerMinute' must be a whole number from 1 to 1000000")]
    [InlineData("{\"version\":1,\"groups\":[{\"name\":\"a\",\"rates\":{\"changesPerMinute\":1.5}}]}", "'changesPerMinute' must be a whole number from 1 to 1000000")]
    [InlineData("{\"version\":1,\"groups\":[]} trailing", "it is not JSON")]
    public void A_mistake_makes_the_file_invalid_and_is_told_with_its_line(string text, string problem)
    {
        Assert.Null(PolicyFile.TryParse(Encoding.UTF8.GetBytes(text), out string? found));
        Assert.Contains(problem, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*", "host/info", true)]
    [InlineData("host/*", "host/info", true)]
    [InlineData("host/info", "host/info", true)]
    [InlineData("host/info", "host/infos", false)]
    [InlineData("host/*", "hosts/info", false)]
    [InlineData("host*", "host/info", false)]
    [InlineData("HOST/INFO", "host/info", false)]
    public void A_right_is_a_method_a_kind_of_methods_or_all(string right, string method, bool isAllowed)
    {
        Assert.Equal(isAllowed, Group("g", methods: right).Allows(method));
    }

    [Theory]
    [InlineData("""{"name":"web*"}""", "g")]
    [InlineData("""{"name":"web0?"}""", "g")]
    [InlineData("""{"name":"WEB*"}""", "default")]
    [InlineData("""{"biosUuid":"564DB163-53a5-dde6-60d5-7a08dc4cc19a"}""", "g")]
    [InlineData("""{"biosUuid":"00000000-53a5-dde6-60d5-7a08dc4cc19a"}""", "default")]
    [InlineData("""{"instanceUuid":"523b0000-0000-0000-0000-000000000028","name":"db*"}""", "default")]
    [InlineData("""{"instanceUuid":"523b0000-0000-0000-0000-000000000028"}""", "g")]
    public void A_member_is_a_VM_that_fits_all_of_its_parts(string member, string group)
    {
        List<PolicyGroup> groups = Parse($$"""{"version":1,"groups":[{"name":"g","members":[{{member}}],"methods":["*"]}]}""");

        Assert.Equal(group, PolicyInForce.Loaded("p", "d", groups).GroupOf(Web)!.Name);
    }

    [Fact]
    public void A_VM_of_two_groups_has_none()
    {
        List<PolicyGroup> groups = Parse("""{"version":1,"groups":[{"name":"a","members":[{"name":"*"}]},{"name":"b","members":[{"name":"web*"}]}]}""");

        Assert.Null(PolicyInForce.Loaded("p", "d", groups).GroupOf(Web));
    }

    [Fact]
    public void A_VM_of_no_group_has_the_rights_of_the_default_group_and_none_where_there_is_no_such()
    {
        List<PolicyGroup> with = Parse("""{"version":1,"groups":[{"name":"default","methods":["vm/self"]}]}""");
        List<PolicyGroup> without = Parse("""{"version":1,"groups":[]}""");

        Assert.True(PolicyInForce.Loaded("p", "d", with).GroupOf(Web)!.Allows("vm/self"));
        Assert.False(PolicyInForce.Loaded("p", "d", without).GroupOf(Web)!.Allows("vm/self"));
    }

    [Fact]
    public void Without_a_file_a_VM_may_look_and_change_nothing()
    {
        PolicyGroup group = PolicyInForce.Absent("p").GroupOf(Web)!;

        Assert.True(group.Allows("host/info"));
        Assert.True(group.Allows("vm/self"));
        Assert.True(group.Allows("vsi/get"));
        Assert.False(group.Allows("host/datastores"));
        Assert.False(group.Allows("volume/create"));
        Assert.Equal(["/hardware", "/system/version", "/power"], group.VsiPrefixes);
    }

    [Fact]
    public void The_file_that_is_installed_on_a_host_allows_what_no_file_allows()
    {
        List<PolicyGroup> groups = Parse(File.ReadAllText(Path.Combine(Built.Root, "packaging", "policy.json")));
        PolicyGroup installed = PolicyInForce.Loaded("p", "d", groups).GroupOf(Web)!;
        PolicyGroup without = PolicyInForce.Absent("p").GroupOf(Web)!;

        Assert.Equal(without.Name, installed.Name);
        Assert.Equal(without.Methods, installed.Methods);
        Assert.Equal(without.VsiPrefixes, installed.VsiPrefixes);
        Assert.Empty(installed.Datastores);
        Assert.Empty(installed.VmdkPaths);
    }

    [Fact]
    public void The_example_of_the_installation_page_is_read()
    {
        string page = File.ReadAllText(Path.Combine(Built.Root, "docs", "install-host.md"));
        List<PolicyGroup> groups = Parse(page.Split("```json")[1].Split("```")[0]);

        Assert.Equal(["default", "web"], groups.ConvertAll(static group => group.Name));
    }

    [Fact]
    public void An_invalid_file_allows_nothing()
    {
        Assert.False(PolicyInForce.Invalid("p", null, "broken").GroupOf(Web)!.Allows("host/info"));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("abc", "abc", true)]
    [InlineData("abc", "a*c", true)]
    [InlineData("abc", "*", true)]
    [InlineData("abc", "a?c", true)]
    [InlineData("abc", "a?", false)]
    [InlineData("abcabc", "*abc", true)]
    [InlineData("abcabd", "*abc", false)]
    [InlineData("abc", "***", true)]
    [InlineData("", "*", true)]
    [InlineData("", "?", false)]
    [InlineData("mississippi", "m*iss*pi", true)]
    public void Patterns_fit_whole_names(string name, string pattern, bool fits)
    {
        Assert.Equal(fits, NamePattern.Fits(name, pattern));
    }

    [Theory]
    [InlineData("/hardware", "Read")]
    [InlineData("/hardware/cpu/cpuInfo", "Read")]
    [InlineData("/hardware2", "None")]
    [InlineData("/", "Passage")]
    [InlineData("/system", "Passage")]
    [InlineData("/system/version", "Read")]
    [InlineData("/system/versions", "None")]
    [InlineData("/system/heaps", "None")]
    [InlineData("/sys", "None")]
    [InlineData("/net/pNics", "Read")]
    public void A_prefix_opens_what_is_below_it_and_shows_the_way_to_it(string path, string right)
    {
        Assert.Equal(right, new VsiAccess(["/hardware", "/system/version", "/net/pNics/"]).RightTo(path).ToString());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/memory/comprehensive")]
    public void The_root_as_a_prefix_opens_everything_and_no_prefix_nothing(string path)
    {
        Assert.Equal(VsiRight.Read, new VsiAccess(["/"]).RightTo(path));
        Assert.Equal(VsiRight.None, new VsiAccess([]).RightTo(path));
    }

    [Fact]
    public void A_pattern_full_of_stars_takes_no_exponential_time()
    {
        Assert.False(NamePattern.Fits(new string('a', 5000), string.Concat(System.Linq.Enumerable.Repeat("*a", 500)) + "b"));
    }

    private static List<PolicyGroup> Parse(string text)
    {
        List<PolicyGroup>? groups = PolicyFile.TryParse(Encoding.UTF8.GetBytes(text), out string? problem);
        Assert.True(groups is not null, problem);
        return groups!;
    }

    private static PolicyGroup Group(string name, params string[] methods) =>
        new() { Name = name, Members = [], Methods = methods, VsiPrefixes = [], Datastores = [], VmdkPaths = [] };
}
