using System;
using System.Collections.Generic;
using System.Text;

namespace EsxAgent.Simulator.Profiles;

/// <summary>
/// Reads the text of a profile. A line that begins with <c>@</c> is a directive, one that begins with <c>@#</c> a comment; the lines after a
/// directive are its body, as the tool prints them.
/// <code>
/// @set NAME VALUE                         a variable; the value may hold $(…)
/// @leaf PATH [for i=0..9[, j=0..1]]       what get prints
/// @error PATH …                           what get prints to standard error when it fails
/// @order PATH …                           the names of a directory, in the tool's order
/// @rates PATH …                           how much numbers of a leaf grow a second, on a host that is made with traffic
/// @vm leaf PATH …, @datastore leaf PATH … the same for each running virtual machine, for each VMFS datastore
/// @without PATH                           a difference: the node of the base is not there in this release
/// </code>
/// A section replaces an earlier one of the same path. A pilcrow (¶) at the end of a line shows where its trailing blanks end and is dropped: editors
/// and reviewers lose blanks that they cannot see.
/// </summary>
internal sealed class ProfileReader
{
    private const char EndMark = '¶';

    private readonly Dictionary<string, int> _places = [];
    private readonly List<ProfileSection?> _sections = [];

    /// <summary>The settings, by name.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>The sections in the order of their first appearance.</summary>
    public IEnumerable<ProfileSection> Sections
    {
        get
        {
            foreach (ProfileSection? section in _sections)
            {
                if (section is not null)
                {
                    yield return section;
                }
            }
        }
    }

    /// <summary>Reads one text; what is read later goes before what was read earlier.</summary>
    /// <exception cref="FormatException">A directive is unknown or incomplete.</exception>
    public void Read(string text)
    {
        string? header = null;
        var body = new StringBuilder();
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            if (raw.StartsWith("@#", StringComparison.Ordinal))
            {
                continue;
            }

            if (raw.StartsWith('@'))
            {
                Finish(header, body);
                header = raw[1..].TrimEnd().ToString();
                continue;
            }

            body.Append(raw.EndsWith(EndMark) ? raw[..^1] : raw).Append('\n');
        }

        Finish(header, body);
    }

    private void Finish(string? header, StringBuilder body)
    {
        // Blank lines between sections are for the reader of the file; a body never ends in one.
        string text = body.ToString().TrimEnd('\n') + "\n";
        body.Clear();
        if (header is null)
        {
            return;
        }

        (string word, string rest) = FirstWord(header);
        ProfileScope scope = word switch { "vm" => ProfileScope.Vm, "datastore" => ProfileScope.Datastore, _ => ProfileScope.Host };
        if (scope != ProfileScope.Host)
        {
            (word, rest) = FirstWord(rest);
        }

        switch (word)
        {
            case "set":
                (string name, string value) = FirstWord(rest);
                Settings[name] = value;
                break;
            case "without":
                if (_places.TryGetValue(Key(VsiNodeKind.Leaf, rest), out int place))
                {
                    _sections[place] = null;
                }

                break;
            case "leaf":
                Add(scope, VsiNodeKind.Leaf, rest, text);
                break;
            case "error":
                Add(scope, VsiNodeKind.Error, rest, text);
                break;
            case "order":
                Add(scope, VsiNodeKind.Order, rest, text);
                break;
            case "rates":
                Add(scope, VsiNodeKind.Rates, rest, text);
                break;
            default:
                throw new FormatException($"unknown directive '@{header}'");
        }
    }

    private void Add(ProfileScope scope, VsiNodeKind kind, string rest, string body)
    {
        string[] parts = rest.Split(" for ");
        var section = new ProfileSection(scope, kind, parts[0], parts.Length > 1 ? Loops(parts[1]) : [], body);
        string key = Key(kind, section.Path);
        if (_places.TryGetValue(key, out int place))
        {
            _sections[place] = section;
            return;
        }

        _places[key] = _sections.Count;
        _sections.Add(section);
    }

    // A leaf and its failure are one node, told in two ways; a directory's order is something else, and so is how a leaf grows.
    private static string Key(VsiNodeKind kind, string path) => kind is VsiNodeKind.Order or VsiNodeKind.Rates ? $"{kind} {path}" : path;

    private static List<ProfileLoop> Loops(string text)
    {
        var loops = new List<ProfileLoop>();
        foreach (string one in text.Split(", "))
        {
            int equals = one.IndexOf('=', StringComparison.Ordinal);
            int dots = one.IndexOf("..", StringComparison.Ordinal);
            if (equals < 1 || dots < equals)
            {
                throw new FormatException($"'{one}' is no loop such as i=0..9");
            }

            loops.Add(new ProfileLoop(one[..equals], one[(equals + 1)..dots], one[(dots + 2)..]));
        }

        return loops;
    }

    private static (string First, string Remainder) FirstWord(string text)
    {
        int blank = text.IndexOf(' ', StringComparison.Ordinal);
        return blank < 0 ? (text, "") : (text[..blank], text[(blank + 1)..].TrimStart());
    }
}
