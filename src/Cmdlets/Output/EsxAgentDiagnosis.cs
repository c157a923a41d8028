using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent;

/// <summary>One check on the way to the host: what was looked at, how it went, and what to do.</summary>
public sealed class EsxAgentDiagnosis
{
    internal EsxAgentDiagnosis(DiagnosisCheck check, Endpoint endpoint)
    {
        Name = check.Name;
        Outcome = check.Outcome.ToString();
        Detail = check.Detail;
        RecommendedAction = check.RecommendedAction;
        Endpoint = endpoint.ToString();
    }

    /// <summary>What was looked at.</summary>
    public string Name { get; }

    /// <summary><c>Passed</c>, <c>Failed</c>, or <c>Skipped</c> where an earlier check decided it.</summary>
    public string Outcome { get; }

    /// <summary>What was found.</summary>
    public string? Detail { get; }

    /// <summary>What to do about it; null where nothing is to be done.</summary>
    public string? RecommendedAction { get; }

    /// <summary>The endpoint that was diagnosed.</summary>
    public string Endpoint { get; }

    /// <summary>The check's name.</summary>
    public override string ToString() => Name;
}
