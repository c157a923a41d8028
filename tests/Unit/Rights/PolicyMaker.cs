using System;
using System.Linq;
using System.Text.Json.Nodes;

namespace EsxAgent.Tests.Rights;

/// <summary>Puts policies together, and mistakes into most of them. The same seed gives the same policies.</summary>
internal sealed class PolicyMaker(int seed)
{
    private static readonly string[] s_texts = ["", "a", "*", "web*", "/", "/hardware", "vsi/*", "volume/create", "564db163-53a5-dde6-60d5-7a08dc4cc19a", "{}", "ä\u0001"];
    private static readonly string[] s_members = ["name", "members", "methods", "vsi", "datastores", "vmdkPaths", "rates", "biosUuid", "instanceUuid", "totalBytes", "version", "x"];

    private readonly Random _random = new(seed);
    private int _groups;

    /// <summary>The next policy as text.</summary>
    public string Next()
    {
        _groups = 0;
        var policy = new JsonObject { ["version"] = 1, ["groups"] = Several(Group) };
        int mistakes = _random.Next(3);
        for (int i = 0; i < mistakes; i++)
        {
            Spoil(policy);
        }

        return policy.ToJsonString();
    }

    private JsonObject Group()
    {
        // Two of one name are what a schema cannot tell.
        var group = new JsonObject { ["name"] = $"g{_groups++}" };
        Perhaps(group, "members", () => Several(Member));
        Perhaps(group, "methods", () => Several(() => JsonValue.Create(Text())));
        Perhaps(group, "vsi", () => Several(() => JsonValue.Create("/" + Text())));
        Perhaps(group, "datastores", () => Several(Datastore));
        Perhaps(group, "vmdkPaths", () => Several(() => JsonValue.Create("/" + Text())));
        Perhaps(group, "rates", () =>
        {
            var rates = new JsonObject();
            Perhaps(rates, "requestsPerSecond", () => JsonValue.Create(_random.Next(1, 1_000_001)));
            Perhaps(rates, "changesPerMinute", () => JsonValue.Create(_random.Next(1, 1_000_001)));
            return rates;
        });
        return group;
    }

    private JsonObject Member()
    {
        var member = new JsonObject();
        Perhaps(member, "name", () => JsonValue.Create(Text()));
        Perhaps(member, "biosUuid", () => JsonValue.Create(Uuid()));
        member["instanceUuid"] = Uuid();
        return member;
    }

    private JsonObject Datastore()
    {
        var datastore = new JsonObject { ["name"] = Text() };
        Perhaps(datastore, "maxVolumeBytes", () => JsonValue.Create(_random.NextInt64()));
        Perhaps(datastore, "totalBytes", () => JsonValue.Create(_random.NextInt64()));
        return datastore;
    }

    /// <summary>Puts a mistake somewhere: a value of another kind or size, a member too many, one too few.</summary>
    private void Spoil(JsonObject policy)
    {
        JsonNode place = policy;
        for (int depth = _random.Next(6); depth > 0; depth--)
        {
            JsonNode[] below = place switch
            {
                JsonObject one => [.. one.Select(static member => member.Value!).Where(static value => value is JsonObject or JsonArray)],
                JsonArray list => [.. list.Where(static value => value is JsonObject or JsonArray).Select(static value => value!)],
                _ => [],
            };
            if (below.Length == 0)
            {
                break;
            }

            place = below[_random.Next(below.Length)];
        }

        if (place is JsonArray items)
        {
            items.Add(Wrong());
        }
        else if (place is JsonObject members)
        {
            string[] names = [.. members.Select(static member => member.Key)];
            switch (_random.Next(3))
            {
                case 0 when names.Length > 0:
                    members.Remove(names[_random.Next(names.Length)]);
                    break;
                case 1 when names.Length > 0:
                    members[names[_random.Next(names.Length)]] = Wrong();
                    break;
                default:
                    members[s_members[_random.Next(s_members.Length)]] = Wrong();
                    break;
            }
        }
    }

    private JsonNode? Wrong() => _random.Next(12) switch
    {
        0 => null,
        1 => true,
        2 => -1,
        3 => 0,
        4 => 1,
        5 => 1_000_001,
        6 => 2.5,
        7 => ulong.MaxValue,
        8 => new JsonObject(),
        9 => new JsonArray(),
        10 => new JsonObject { [s_members[_random.Next(s_members.Length)]] = Text() },
        _ => Text(),
    };

    private void Perhaps(JsonObject owner, string name, Func<JsonNode?> make)
    {
        if (_random.Next(2) == 0)
        {
            owner[name] = make();
        }
    }

    private JsonArray Several(Func<JsonNode?> make) => new([.. Enumerable.Range(0, _random.Next(4)).Select(_ => make())]);

    private string Text() => s_texts[_random.Next(s_texts.Length)];

    private string Uuid()
    {
        byte[] bytes = new byte[16];
        _random.NextBytes(bytes);
        string text = new Guid(bytes).ToString();
        return _random.Next(2) == 0 ? text : text.ToUpperInvariant();
    }
}
