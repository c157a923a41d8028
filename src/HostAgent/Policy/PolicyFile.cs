using System;
using System.Collections.Generic;
using System.Text.Json;

namespace EsxAgent.HostAgent.Policy;

/// <summary>
/// Reads <c>policy.json</c>. Strict: a member that is not known or there twice, a value of another type or a group named twice makes the whole file
/// invalid, because a rule that was misspelled must not be silently ignored. <c>docs/policy.schema.json</c> says the same for editors; a test compares
/// the two.
/// </summary>
internal ref struct PolicyFile
{
    private const int Version = 1;
    private const int UuidLength = 36;

    /// <summary>What a uuid looks like, for messages.</summary>
    public const string UuidExample = "564db163-53a5-dde6-60d5-7a08dc4cc19a";

    private Utf8JsonReader _reader;
    private readonly ReadOnlySpan<byte> _text;

    private PolicyFile(ReadOnlySpan<byte> text)
    {
        _text = text;
        _reader = new Utf8JsonReader(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <summary>Reads a file.</summary>
    /// <param name="text">The file's bytes.</param>
    /// <param name="problem">Line and reason, where the answer is null.</param>
    public static List<PolicyGroup>? TryParse(ReadOnlySpan<byte> text, out string? problem)
    {
        // Some editors put a mark in front that nobody sees.
        var file = new PolicyFile(text.StartsWith("\uFEFF"u8) ? text["\uFEFF"u8.Length..] : text);
        try
        {
            problem = null;
            return file.ReadFile();
        }
        catch (FormatException e)
        {
            problem = $"line {file.Line()}: {e.Message}";
        }
        catch (JsonException e)
        {
            // Behind a comment at the end the reader counts a line that is not there.
            problem = $"line {Math.Min(e.LineNumber ?? 0, text.Count((byte)'\n')) + 1}: it is not JSON";
        }
        catch (InvalidOperationException)
        {
            problem = $"line {file.Line()}: a text holds an escape sequence that is no character";
        }

        return null;
    }

    private List<PolicyGroup> ReadFile()
    {
        _reader.Read();
        ExpectObject("the file");
        List<PolicyGroup>? groups = null;
        long? version = null;
        string seen = string.Empty;
        while (NextMember(ref seen) is string name)
        {
            switch (name)
            {
                case "version":
                    version = Number(name);
                    break;
                case "groups":
                    groups = ReadList(name, static (ref PolicyFile file) => file.ReadGroup());
                    break;
                case "$schema":
                    Text(name);
                    break;
                default:
                    throw Unknown(name, "the file");
            }
        }

        // The reader throws where anything but white space follows the object.
        _reader.Read();
        if (version != Version)
        {
            throw new FormatException($"the member 'version' must be {Version}");
        }

        CheckNames(groups ?? throw new FormatException("the member 'groups' is missing"));
        return groups;
    }

    private PolicyGroup ReadGroup()
    {
        ExpectObject("a group");
        string? groupName = null;
        List<PolicyMember> members = [];
        List<string> methods = [];
        List<string> prefixes = [];
        List<PolicyDatastore> datastores = [];
        List<string> paths = [];
        PolicyRates rates = PolicyRates.None;
        string seen = string.Empty;
        while (NextMember(ref seen) is string name)
        {
            switch (name)
            {
                case "name":
                    groupName = Text(name);
                    break;
                case "members":
                    members = ReadList(name, static (ref PolicyFile file) => file.ReadMember());
                    break;
                case "methods":
                    methods = ReadTexts(name);
                    break;
                case "vsi":
                    prefixes = ReadPrefixes(name);
                    break;
                case "datastores":
                    datastores = ReadList(name, static (ref PolicyFile file) => file.ReadDatastore());
                    break;
                case "vmdkPaths":
                    paths = ReadPrefixes(name);
                    break;
                case "rates":
                    _reader.Read();
                    rates = ReadRates();
                    break;
                default:
                    throw Unknown(name, "a group");
            }
        }

        return new PolicyGroup
        {
            Name = groupName ?? throw new FormatException("a group needs the member 'name'"),
            Members = members,
            Methods = methods,
            VsiPrefixes = prefixes,
            Datastores = datastores,
            VmdkPaths = paths,
            Rates = rates,
        };
    }

    private PolicyMember ReadMember()
    {
        ExpectObject("a member of a group");
        string? vmName = null;
        string? bios = null;
        string? instance = null;
        string seen = string.Empty;
        while (NextMember(ref seen) is string name)
        {
            switch (name)
            {
                case "name":
                    vmName = Text(name);
                    break;
                case "biosUuid":
                    bios = Uuid(name);
                    break;
                case "instanceUuid":
                    instance = Uuid(name);
                    break;
                default:
                    throw Unknown(name, "a member of a group");
            }
        }

        return vmName is null && bios is null && instance is null
            ? throw new FormatException("a member of a group needs 'name', 'biosUuid' or 'instanceUuid'")
            : new PolicyMember(vmName, bios, instance);
    }

    private PolicyDatastore ReadDatastore()
    {
        ExpectObject("a datastore");
        string? datastore = null;
        long? largest = null;
        long? total = null;
        string seen = string.Empty;
        while (NextMember(ref seen) is string name)
        {
            switch (name)
            {
                case "name":
                    datastore = Text(name);
                    break;
                case "maxVolumeBytes":
                    largest = Number(name);
                    break;
                case "totalBytes":
                    total = Number(name);
                    break;
                default:
                    throw Unknown(name, "a datastore");
            }
        }

        return new PolicyDatastore(datastore ?? throw new FormatException("a datastore needs the member 'name'"), largest, total);
    }

    private PolicyRates ReadRates()
    {
        ExpectObject("the member 'rates'");
        int? requests = null;
        int? changes = null;
        string seen = string.Empty;
        while (NextMember(ref seen) is string name)
        {
            switch (name)
            {
                case "requestsPerSecond":
                    requests = Rate(name);
                    break;
                case "changesPerMinute":
                    changes = Rate(name);
                    break;
                default:
                    throw Unknown(name, "the member 'rates'");
            }
        }

        return new PolicyRates(requests, changes);
    }

    /// <summary>A uuid of 32 hexadecimal digits in five groups, in lower case; null for any other text.</summary>
    public static string? UuidOf(string text)
    {
        bool isGood = text.Length == UuidLength;
        for (int i = 0; i < text.Length; i++)
        {
            isGood &= i is 8 or 13 or 18 or 23 ? text[i] == '-' : char.IsAsciiHexDigit(text[i]);
        }

        return isGood ? text.ToLowerInvariant() : null;
    }

    private delegate T ItemReader<T>(ref PolicyFile file);

    /// <summary>Reads a list of objects; the reader stands at the list's name.</summary>
    private List<T> ReadList<T>(string name, ItemReader<T> readItem)
    {
        var items = new List<T>();
        ExpectArray(name);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(readItem(ref this));
        }

        return items;
    }

    private List<string> ReadTexts(string name)
    {
        var texts = new List<string>();
        ExpectArray(name);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(_reader.TokenType == JsonTokenType.String ? _reader.GetString()! : throw new FormatException($"the list '{name}' holds texts"));
        }

        return texts;
    }

    /// <summary>Paths that open everything below them: an empty one, perhaps of a variable that was not set, would open all there is.</summary>
    private List<string> ReadPrefixes(string name)
    {
        List<string> prefixes = ReadTexts(name);
        return prefixes.TrueForAll(prefix => prefix.StartsWith('/'))
            ? prefixes
            : throw new FormatException($"the list '{name}' holds paths that begin with '/'");
    }

    /// <summary>The next member's name of the object that the reader is in; null at its end. Of two of one name nobody knows which is meant.</summary>
    /// <param name="seen">The names before, each in quotes; a name with a quote in it is none that is known.</param>
    private string? NextMember(ref string seen)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.PropertyName)
        {
            return null;
        }

        string name = _reader.GetString()!;
        string quoted = $"'{name}'";
        seen = seen.Contains(quoted, StringComparison.Ordinal) ? throw new FormatException($"the member {quoted} is there twice") : seen + quoted;
        return name;
    }

    private readonly void ExpectObject(string what)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException($"{what} must be an object");
        }
    }

    private void ExpectArray(string name)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            throw new FormatException($"the member '{name}' must be a list");
        }
    }

    private string Text(string name)
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.String ? _reader.GetString()! : throw new FormatException($"the member '{name}' must be a text");
    }

    private string Uuid(string name) =>
        UuidOf(Text(name)) ?? throw new FormatException($"the member '{name}' must be a uuid such as {UuidExample}");

    private long Number(string name)
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out long value) && value >= 0
            ? value
            : throw new FormatException($"the member '{name}' must be a whole number, 0 or more");
    }

    private int Rate(string name)
    {
        _reader.Read();
        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt32(out int value) && value is > 0 and <= PolicyRates.Largest
            ? value
            : throw new FormatException($"the member '{name}' must be a whole number from 1 to 1000000");
    }

    private static void CheckNames(List<PolicyGroup> groups)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (PolicyGroup group in groups)
        {
            if (!GroupName.IsValid(group.Name))
            {
                throw new FormatException($"the group name '{group.Name}' must be 1 to 80 of A-Z a-z 0-9 . _ - and begin with a letter or digit");
            }

            if (!seen.Add(group.Name))
            {
                throw new FormatException($"the group '{group.Name}' is there twice");
            }
        }
    }

    private static FormatException Unknown(string name, string where) => new($"{where} has a member '{name}' that is not known");

    private readonly int Line() => 1 + _text[..(int)Math.Min(_reader.BytesConsumed, _text.Length)].Count((byte)'\n');
}
