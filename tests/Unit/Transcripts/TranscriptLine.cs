namespace EsxAgent.Tests.Transcripts;

/// <summary>One line of a transcript; of an answer that is laid out over several lines, all of them.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What stands behind the mark; the whole line of a note. An answer's lines are joined, without their indentation.</param>
internal sealed record TranscriptLine(TranscriptLineKind Kind, string Text)
{
    /// <summary>In the place of an answer: the agent closes the connection.</summary>
    public const string End = "(the connection ends)";

    /// <summary>The line as the file has it.</summary>
    public override string ToString() => Kind switch
    {
        TranscriptLineKind.Direction => $"--- {Text}",
        TranscriptLineKind.Send => $"--> {Text}",
        TranscriptLineKind.Receive => $"<-- {Text}",
        _ => Text,
    };
}
