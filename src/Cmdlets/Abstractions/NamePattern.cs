using System;
using System.Management.Automation;

namespace EsxAgent.Abstractions;

/// <summary>
/// A name as a person gives it, with or without wildcards, compared without regard to case. A name that holds brackets as they are is found too:
/// nobody escapes what he copied from a list.
/// </summary>
internal sealed class NamePattern(string text)
{
    private readonly WildcardPattern _pattern = WildcardPattern.Get(text, WildcardOptions.IgnoreCase);

    /// <summary>What the person wrote.</summary>
    public string Text => text;

    /// <summary>True without wildcards: then exactly one thing is meant, and its absence is an error.</summary>
    public bool IsLiteral { get; } = !WildcardPattern.ContainsWildcardCharacters(text);

    /// <summary>The one name that a literal means: what stands escaped in it is meant as it is.</summary>
    public string Literal => WildcardPattern.Unescape(text);

    /// <summary>True where a name is meant.</summary>
    public bool Matches(string name) => _pattern.IsMatch(name) || Is(name);

    /// <summary>True where exactly this was written: for uuids, which nobody gives by a pattern.</summary>
    public bool Is(string? id) => text.Equals(id, StringComparison.OrdinalIgnoreCase);
}
