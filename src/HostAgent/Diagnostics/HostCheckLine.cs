namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>One line of <c>esxagent check</c> or <c>esxagent policy check</c>.</summary>
/// <param name="name">What was looked at.</param>
/// <param name="outcome"><c>ok</c>; <c>missing</c>: something does not work without it; <c>invalid</c>: it cannot be used;
/// <c>note</c>: worth knowing; <c>warning</c>: surely a mistake.</param>
/// <param name="detail">What was found, and what to do about it.</param>
internal sealed class HostCheckLine(string name, string outcome, string detail)
{
    private const string MissingOutcome = "missing";
    private const string InvalidOutcome = "invalid";

    /// <summary>What was looked at.</summary>
    public string Name => name;

    /// <summary>How it is.</summary>
    public string Outcome => outcome;

    /// <summary>What was found.</summary>
    public string Detail => detail;

    /// <summary>True where something does not work without it, or cannot be used as it is.</summary>
    public bool IsMissing => outcome is MissingOutcome or InvalidOutcome;

    /// <summary>All is well.</summary>
    public static HostCheckLine Ok(string name, string detail) => new(name, "ok", detail);

    /// <summary>Worth knowing; everything works.</summary>
    public static HostCheckLine Note(string name, string detail) => new(name, "note", detail);

    /// <summary>Something does not work without it.</summary>
    public static HostCheckLine Missing(string name, string detail) => new(name, MissingOutcome, detail);

    /// <summary>It cannot be used.</summary>
    public static HostCheckLine Invalid(string name, string detail) => new(name, InvalidOutcome, detail);

    /// <summary>It can be used, and nobody can have meant it so.</summary>
    public static HostCheckLine Warning(string name, string detail) => new(name, "warning", detail);

    /// <summary>What is not there: missing where it is needed, else only worth knowing.</summary>
    public static HostCheckLine Absent(string name, bool isNeeded, string detail) => isNeeded ? Missing(name, detail) : Note(name, detail);
}
