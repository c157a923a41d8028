namespace EsxAgent.Client;

/// <summary>How a check of the diagnosis ended.</summary>
public enum DiagnosisOutcome
{
    /// <summary>All is well.</summary>
    Passed,

    /// <summary>Something is missing; the check says what to do.</summary>
    Failed,

    /// <summary>Not looked at: it does not apply here, or an earlier check failed; the detail says which.</summary>
    Skipped,
}
