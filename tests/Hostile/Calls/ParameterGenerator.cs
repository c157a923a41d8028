using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EsxAgent.Tests.Hostile;

/// <summary>
/// Makes JSON texts of parameters from the protocol's own records: what a member is called and which type it has is read from them, so that a new member is
/// asked for by itself. Mostly good values, now and then what no guest of ours would send. The same seed makes the same texts.
/// </summary>
internal sealed class ParameterGenerator(int seed)
{
    /// <summary>Of so many members one is not as it should be, and of so many texts of parameters one is no object.</summary>
    private const int OneBadOf = 14;

    /// <summary>Deeper than a JSON text may nest.</summary>
    private const int TooDeep = 70;

    /// <summary>What a member of that name may hold, JSON texts: values that the host knows, and the edges of what is allowed.</summary>
    private static readonly Dictionary<string, string[]> s_good = new()
    {
        ["name"] = [.. Enumerable.Range(0, 12).Select(i => $"\"v{i}\""), "\"V3\"", "\"none\"", $"\"{new string('n', 80)}\""],
        ["datastore"] = [.. Enumerable.Repeat("\"datastore1\"", 20), "null", "\"*\"", "\"nowhere\""],
        ["vmdkPath"] = ["null", "null", "null", "null", "null", "null", "\"/vmfs/volumes/datastore1/none/none.vmdk\""],
        ["namePattern"] = ["\"v*\"", "\"?1\"", "\"*\"", "\"\""],
        ["key"] = ["\"k0\"", "\"k1\"", "\"k2\"", "\"a.b-c_d\"", "\"esxagent\""],
        ["path"] =
            ["\"/\"", "\"/hardware\"", "\"/hardware/cpu\"", "\"/hardware/cpu/cpuInfo\"", "\"/memory/memInfo\"", "\"/power/currentPolicy\"", "\"/no/such\""],
        ["paths"] = ["[\"/hardware/cpu/cpuInfo\"]", "[\"/memory/memInfo\",\"/no/such\"]"],
        ["intervalMs"] = ["100", "1000", "3600000"],
        ["depth"] = ["0", "1", "2"],
        ["maxNodes"] = ["1", "3", "9223372036854775807"],
        ["maxBytes"] = ["1", "100000"],
        ["timeoutMs"] = ["null", "null", "null", "60000", "2147483647"],
        ["cursor"] = ["null", "null", "null", "\"0\"", "\"cpuInfo\"", "\"/hardware\""],
        ["partialResultToken"] = ["null", "null", "\"t\"", "7"],
        ["workDoneToken"] = ["null", "null", "\"w\""],
        ["cancel"] = ["false", "false", "false", "false", "false", "true"],
        ["refresh"] = [.. Enumerable.Repeat("false", 40), "true"],
        ["confirm"] = [.. Enumerable.Repeat("false", 10), "true"],
        ["sizeBytes"] = ["1048576", "1048576", "2097152", "1048577", "4096", "1", "68169720922624"],
        ["format"] = ["null", "\"thin\"", "\"thin\"", "\"zeroedThick\"", "\"eagerZeroedThick\""],
        ["to"] = ["\"thin\"", "\"eagerZeroedThick\"", "\"zeroedThick\""],
        ["access"] = ["null", "\"readWrite\"", "\"readOnly\""],
        ["persistence"] = ["null", "\"independentPersistent\"", "\"persistent\"", "\"independentNonPersistent\""],
        ["labels"] = ["null", "{}", "{\"app\":\"db\",\"\":\"\"}"],
        ["actions"] = ["[]", "[\"no-such\"]"],
        ["offset"] = ["0", "0", "8", "4000", "4096", "1073741824"],
        ["length"] = ["1", "16", "4096", "131072"],
        ["pattern"] = ["null", "0", "255"],
        ["text"] = ["null", "\"text\"", "\"a,b\\nc\"", "\"\\u0000\""],
        ["ifExists"] = ["null", "\"open\"", "\"fail\""],
        ["ifHash"] = ["null", "null", $"\"{new string('0', 64)}\""],
        ["base64"] = ["\"\"", "\"AAECAw==\"", $"\"{Convert.ToBase64String(new byte[5000])}\""],
        ["payload"] = ["null", "\"x\""],
        ["protocolVersions"] = ["[1]", "[1,2]"],
    };

    /// <summary>What no guest of ours would send.</summary>
    private static readonly string[] s_bad =
    [
        "null", "true", "0", "-1", "1.5", "1e400", "-0", "2147483648", "9223372036854775807", "9223372036854775808",
        "-9223372036854775809", "\"\"", "\"1\"", "[]", "{}", "[[]]", "[null]",
        "{\"a\":{\"b\":[1]}}", "\"..\"", "\"../../etc/passwd\"", "\"/\"", "\"a/b\"", "\"x.vmdk\"", "\"x-000001\"", "\"x-flat\"",
        "\"*\"", "\"\\u0000\"", "\"\\u202e\\ud83d\\ude00\"", "\"a\\nb\"",
        "\"%s%n\"", "\"\\\"\"", "\"<&'>\"", "\"é\"", "\"\\ud800\"", "\"/vmfs/volumes/datastore1/../x.vmdk\"",
        "\"/vmfs/volumes/datastore1/esxagent/all/v1/v1.vmdk\"",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The text of parameters.</summary>
    /// <param name="type">The record that a guest of ours would send.</param>
    public string Make(Type type)
    {
        if (!IsOneOf(OneBadOf * 4))
        {
            return Object(type);
        }

        return _random.Next(4) switch
        {
            0 => s_bad[_random.Next(s_bad.Length)],
            1 => string.Concat(Enumerable.Repeat("{\"a\":", TooDeep)) + "1" + new string('}', TooDeep),
            2 => $"{{\"name\":\"v1\",\"name\":5,{Object(type)[1..]}",
            _ => WithUnknown(Object(type)),
        };
    }

    private static string WithUnknown(string parameters)
    {
        string comma = parameters == "{}" ? string.Empty : ",";
        return $"{{\"un\\u006bnown\":{{\"x\":[1,{{\"y\":null}}]}}{comma}{parameters[1..]}";
    }

    private string Object(Type type)
    {
        IEnumerable<string> members = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property => (Name: NameOf(property), Value: Value(property)))
            .Where(member => member.Value is not null)
            .Select(member => $"\"{member.Name}\":{member.Value}");
        return $"{{{string.Join(',', members)}}}";
    }

    /// <summary>JSON text of a member; null leaves it out.</summary>
    private string? Value(PropertyInfo property)
    {
        if (IsOneOf(OneBadOf))
        {
            return _random.Next(4) switch
            {
                0 => null,
                1 => $"\"{new string((char)_random.Next('a', 'z'), _random.Next(1, 5_000))}\"",
                _ => s_bad[_random.Next(s_bad.Length)],
            };
        }

        string name = NameOf(property);
        return name == "operationId" ? OperationId()
            : s_good.TryGetValue(name, out string[]? good) ? good[_random.Next(good.Length)]
            : OfType(property.PropertyType);
    }

    /// <summary>An own one for nearly each; now and then one that may have been used.</summary>
    private string OperationId() => IsOneOf(30) ? $"\"used-{_random.Next(8)}\"" : $"\"{_random.NextInt64():x16}-{_random.NextInt64():x16}\"";

    private string OfType(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string) ? "\"text\""
            : plain == typeof(bool) ? "false"
            : plain == typeof(int) || plain == typeof(long) ? _random.Next(100).ToString(CultureInfo.InvariantCulture)
            : plain.IsArray || typeof(IEnumerable).IsAssignableFrom(plain) ? "[]"
            : Object(plain);
    }

    private bool IsOneOf(int many) => _random.Next(many) == 0;

    private static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
}
