using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EsxAgent.HostAgent.Policy;
using EsxAgent.Tests.Agent;
using EsxAgent.Tests.Transcripts;
using Json.Schema;
using Xunit;

namespace EsxAgent.Tests.Rights;

/// <summary>The published schema of a policy and the agent's own reader say the same of every file, so that neither drifts from the other.</summary>
public sealed class PolicySchemaTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(Built.Root, "docs", "policy.schema.json"));
    private static readonly JsonSchema s_schema = JsonSchema.FromText(s_text);

    [Fact]
    public void The_schema_is_one_of_draft_2020_12()
    {
        using JsonDocument document = JsonDocument.Parse(s_text);

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", document.RootElement.GetProperty("$schema").GetString());
        Assert.True(MetaSchemas.Draft202012.Evaluate(document.RootElement).IsValid, "the schema breaks the rules of its draft");
    }

    [Fact]
    public void Every_member_is_described_and_no_other_is_allowed()
    {
        string[] poor = [.. Poor(JsonNode.Parse(s_text)!, "#")];

        Assert.True(poor.Length == 0, string.Join('\n', poor));
    }

    [Fact]
    public void Every_policy_of_the_documentation_the_packages_and_the_transcripts_is_valid_for_both()
    {
        using SimulatedHost host = SimulatedHost.Make();
        string[] policies =
        [
            File.ReadAllText(Path.Combine(Built.Root, "packaging", "policy.json")),
            File.ReadAllText(host.PolicyPath),
            .. Directory.GetFiles(Path.Combine(Built.Root, "docs"), "*.md").Append(Path.Combine(Built.Root, "README.md")).SelectMany(Examples),
            .. Transcript.Names.Where(static name => !name.EndsWith("policy-invalid", StringComparison.Ordinal))
                .SelectMany(static name => Transcript.Read(name).Settings("policy")).Where(static policy => policy.StartsWith('{')),
        ];

        Assert.True(policies.Length > 5, "policies should be found in the documentation and the transcripts");
        Assert.All(policies, policy => MustAgree(policy, isValid: true));
    }

    [Theory]
    [InlineData("""{"version":1,"groups":[]}""", true)]
    [InlineData("""{"version":1,"groups":[],"$schema":"x"}""", true)]
    [InlineData("""{"version":1,"groups":[],}""", true)]
    [InlineData("""{"version":1,/* why */"groups":[]}""", true)]
    [InlineData("""{"version":1}""", false)]
    [InlineData("""{"groups":[]}""", false)]
    [InlineData("""{"version":2,"groups":[]}""", false)]
    [InlineData("""{"version":"1","groups":[]}""", false)]
    [InlineData("""{"version":1,"groups":{}}""", false)]
    [InlineData("""{"version":1,"groups":null}""", false)]
    [InlineData("""{"version":1,"groups":[],"$schema":1}""", false)]
    [InlineData("""{"version":1,"groups":[],"Version":1}""", false)]
    [InlineData("[]", false)]
    [InlineData("1", false)]
    [InlineData("null", false)]
    public void Both_agree_on_a_file(string text, bool isValid) => MustAgree(text, isValid);

    [Theory]
    [InlineData("{}", false)]
    [InlineData("1", false)]
    [InlineData("""{"name":"a"}""", true)]
    [InlineData("""{"name":""}""", false)]
    [InlineData("""{"name":"-a"}""", false)]
    [InlineData("""{"name":"a b"}""", false)]
    [InlineData("""{"name":"ä"}""", false)]
    [InlineData("""{"name":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", true)]
    [InlineData("""{"name":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", false)]
    [InlineData("""{"name":"a","members":[{}]}""", false)]
    [InlineData("""{"name":"a","members":[{"name":""}]}""", true)]
    [InlineData("""{"name":"a","members":[{"name":null}]}""", false)]
    [InlineData("""{"name":"a","members":[{"uuid":"x"}]}""", false)]
    [InlineData("""{"name":"a","members":[{"biosUuid":"564DB163-53a5-dde6-60d5-7a08dc4cc19a"}]}""", true)]
    [InlineData("""{"name":"a","members":[{"biosUuid":"564db16353a5dde660d57a08dc4cc19a"}]}""", false)]
    [InlineData("""{"name":"a","members":[{"biosUuid":"{564db163-53a5-dde6-60d5-7a08dc4cc19a}"}]}""", false)]
    [InlineData("""{"name":"a","members":[{"instanceUuid":" 564db163-53a5-dde6-60d5-7a08dc4cc19a"}]}""", false)]
    [InlineData("""{"name":"a","members":[{"instanceUuid":"564db163-53a5-dde6-60d5-7a08dc4cc19g"}]}""", false)]
    [InlineData("""{"name":"a","members":[{"instanceUuid":"564db163053a5-dde6-60d5-7a08dc4cc19a"}]}""", false)]
    [InlineData("""{"name":"a","members":{}}""", false)]
    [InlineData("""{"name":"a","methods":["", "anything"]}""", true)]
    [InlineData("""{"name":"a","methods":[1]}""", false)]
    [InlineData("""{"name":"a","vsi":["/"]}""", true)]
    [InlineData("""{"name":"a","vsi":["hardware"]}""", false)]
    [InlineData("""{"name":"a","vsi":[["/"]]}""", false)]
    [InlineData("""{"name":"a","vmdkPaths":["/x"]}""", true)]
    [InlineData("""{"name":"a","vmdkPaths":["x"]}""", false)]
    [InlineData("""{"name":"a","vmdkPaths":[""]}""", false)]
    [InlineData("""{"name":"a","datastores":[{"name":"x","maxVolumeBytes":0,"totalBytes":9223372036854775807}]}""", true)]
    [InlineData("""{"name":"a","datastores":[{"name":"x","totalBytes":9223372036854775808}]}""", false)]
    [InlineData("""{"name":"a","datastores":[{"name":"x","totalBytes":-1}]}""", false)]
    [InlineData("""{"name":"a","datastores":[{"name":"x","totalBytes":1.5}]}""", false)]
    [InlineData("""{"name":"a","datastores":[{"totalBytes":1}]}""", false)]
    [InlineData("""{"name":"a","rates":{}}""", true)]
    [InlineData("""{"name":"a","rates":{"requestsPerSecond":1,"changesPerMinute":1000000}}""", true)]
    [InlineData("""{"name":"a","rates":{"requestsPerSecond":0}}""", false)]
    [InlineData("""{"name":"a","rates":{"changesPerMinute":1000001}}""", false)]
    [InlineData("""{"name":"a","rates":{"changesPerMinute":"5"}}""", false)]
    [InlineData("""{"name":"a","rates":[]}""", false)]
    [InlineData("""{"name":"a","rates":null}""", false)]
    [InlineData("""{"name":"a","rate":{}}""", false)]
    public void Both_agree_on_a_group(string group, bool isValid) => MustAgree($$"""{"version":1,"groups":[{{group}}]}""", isValid);

    /// <summary>Whole policies, most of them with a mistake somewhere, of the kinds that people make and of others.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Both_agree_on_files_that_are_put_together_at_random(int seed)
    {
        var maker = new PolicyMaker(seed);
        int valid = 0;
        for (int i = 0; i < 2_000; i++)
        {
            string text = maker.Next();
            bool isValid = IsValidForAgent(text, out string? problem);
            valid += isValid ? 1 : 0;
            Assert.True(isValid == IsValidForSchema(text), $"seed {seed}: the agent says {problem ?? "valid"}, the schema does not, of: {text}");
        }

        Assert.InRange(valid, 100, 1_900);
    }

    /// <summary>What a schema has no words for. The reader refuses all of it, so that it never allows more than the schema does.</summary>
    [Theory]
    [InlineData("""{"version":1,"groups":[{"name":"a"},{"name":"A"}]}""", "the group 'A' is there twice")]
    [InlineData("""{"version":1,"groups":[],"groups":[]}""", "the member 'groups' is there twice")]
    [InlineData("""{"version":1,"groups":[{"name":"a","methods":["*"],"methods":[]}]}""", "the member 'methods' is there twice")]
    [InlineData("""{"version":1.0,"groups":[]}""", "'version' must be")]
    [InlineData("""{"version":1,"groups":[{"name":"a","rates":{"changesPerMinute":1e2}}]}""", "'changesPerMinute' must be")]
    public void What_the_schema_cannot_tell_the_agent_refuses(string text, string problem)
    {
        Assert.True(IsValidForSchema(text), "the schema is expected to let this pass; if it does not any more, it belongs to the cases above");
        Assert.False(IsValidForAgent(text, out string? told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_of_the_byte_order_in_front_of_a_file_is_passed_over()
    {
        Assert.NotNull(PolicyFile.TryParse([0xEF, 0xBB, 0xBF, .. """{"version":1,"groups":[]}"""u8], out string? problem));
        Assert.Null(problem);
    }

    private static void MustAgree(string text, bool isValid)
    {
        bool ofAgent = IsValidForAgent(text, out string? problem);
        Assert.True(ofAgent == isValid, $"the agent says {problem ?? "valid"} of: {text}");
        Assert.True(IsValidForSchema(text) == isValid, $"the schema says {!isValid} of: {text}");
    }

    private static bool IsValidForAgent(string text, out string? problem) => PolicyFile.TryParse(Encoding.UTF8.GetBytes(text), out problem) is not null;

    private static bool IsValidForSchema(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return s_schema.Evaluate(document.RootElement).IsValid;
    }

    private static IEnumerable<string> Examples(string page) =>
        File.ReadAllText(page).Split("```json").Skip(1).Select(static part => part.Split("```")[0]).Where(static text => text.Contains("\"groups\"", StringComparison.Ordinal));

    /// <summary>Members without a description, and objects that let unknown ones pass.</summary>
    private static IEnumerable<string> Poor(JsonNode node, string place)
    {
        if (node is not JsonObject schema)
        {
            yield break;
        }

        if (schema["properties"] is JsonObject properties)
        {
            if (schema["additionalProperties"]?.GetValueKind() != JsonValueKind.False)
            {
                yield return $"{place} allows members that are not known";
            }

            foreach ((string name, JsonNode? member) in properties)
            {
                if (string.IsNullOrWhiteSpace(member!["description"]?.GetValue<string>()))
                {
                    yield return $"{place}/{name} has no description";
                }
            }
        }

        foreach ((string name, JsonNode? inner) in schema)
        {
            foreach (string poor in inner is null ? [] : Poor(inner, $"{place}/{name}"))
            {
                yield return poor;
            }
        }
    }
}
