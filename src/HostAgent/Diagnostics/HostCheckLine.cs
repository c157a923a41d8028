namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>One line of <c>esxagent check</c>.</summary>
/// <param name="name">What was looked at.</param>
/// <param name="outcome"><c>ok</c>; <c>missing</c>: something does not work without it; <c>note</c>: worth knowing.</param>
/// <param name="detail">What was found, and what to do about it.</param>
internal sealed class HostCheckLine(string name, string outcome, string detail)
{
    private const string MissingOutcome = "missing";

    /// <summary>What was looked at.</summary>
    public string Name => name;

    /// <summary>How it is.</summary>
    public string Outcome => outcome;

    /// <summary>What was found.</summary>
    public string Detail => detail;

    /// <summary>True where something does not work without it.</summary>
    public bool IsMissing => outcome == MissingOutcome;

    /// <summary>All is well.</summary>
    public static HostCheckLine Ok(string name, string detail) => new(name, "ok", detail);

    /// <summary>Worth knowing; everything works.</summary>
    public static HostCheckLine Note(string name, string detail) => new(name, "note", detail);

    /// <summary>Something does not work without it.</summary>
    public static HostCheckLine Missing(string name, string detail) => new(name, MissingOutcome, detail);

    /// <summary>What is not there: missing where it is needed, else only worth knowing.</summary>
    public static HostCheckLine Absent(string name, bool isNeeded, string detail) => isNeeded ? Missing(name, detail) : Note(name, detail);
}
