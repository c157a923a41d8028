namespace EsxAgent.Simulator.Faults;

/// <summary>
/// One entry of <c>faults.json</c>, which is a list of objects:
/// <code>
/// { "tool": "vsish", "arguments": "-e get /memory/*", "nth": 3, "count": 1, "fail": { "code": 25, "text": "…", "status": 1 } }
/// </code>
/// <list type="bullet">
/// <item><c>tool</c>: the tool's name, or <c>*</c> for all;</item>
/// <item><c>arguments</c>: a pattern for the arguments joined by single blanks; <c>*</c> stands for any text, <c>?</c> for one character;
/// without it every call matches;</item>
/// <item><c>nth</c>: the number of the matching call, from 1, that is hit first; without it the first;</item>
/// <item><c>count</c>: how many calls are hit from there on; without it one where <c>nth</c> is given, else all;</item>
/// <item>exactly one member named after a <see cref="FaultKind"/>, an object with its settings.</item>
/// </list>
/// Of several entries that hit a call the first one acts; all that match it count it.
/// </summary>
internal sealed record Fault
{
    /// <summary>The tool's name, or <c>*</c>.</summary>
    public string Tool { get; init; } = "*";

    /// <summary>The pattern for the joined arguments.</summary>
    public string Arguments { get; init; } = "*";

    /// <summary>The first matching call that is hit, from 1; null: the first one.</summary>
    public long? Nth { get; init; }

    /// <summary>How many calls are hit; null: see <see cref="IsHit"/>.</summary>
    public long? Count { get; init; }

    /// <summary>What happens.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>The settings of what happens.</summary>
    public required FaultSettings Settings { get; init; }

    /// <summary>A name for the counter of this entry, made from its text: an entry that was edited counts from the beginning.</summary>
    public required string Key { get; init; }

    /// <summary>Whether it must be known which matching call this is.</summary>
    public bool IsCounted => Nth is not null || Count is not null;

    /// <summary>Whether a call is one that the entry looks at.</summary>
    public bool Matches(string tool, string joinedArguments) =>
        (Tool == "*" || Tool == tool) && Glob.IsMatch(Arguments, joinedArguments);

    /// <summary>Whether the matching call of this number is hit.</summary>
    /// <param name="number">The number of the call among the matching ones, from 1.</param>
    public bool IsHit(long number)
    {
        long first = Nth ?? 1;
        long? count = Count ?? (Nth is null ? null : 1);
        return number >= first && (count is null || number - first < count);
    }
}
