namespace EsxAgent.Client;

/// <summary>One check on the way to a working session.</summary>
/// <param name="Name">What was looked at, in a few words: the same on every run.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">What was found, as one sentence.</param>
/// <param name="RecommendedAction">What to do; null where nothing is to be done.</param>
public sealed record DiagnosisCheck(string Name, DiagnosisOutcome Outcome, string Detail, string? RecommendedAction);
