namespace EsxAgent.Completion;

/// <summary>Something that a parameter could be completed to.</summary>
/// <param name="Text">The value itself, without quotes.</param>
/// <param name="ToolTip">What a person would like to know before choosing it.</param>
internal readonly record struct Candidate(string Text, string ToolTip);
