namespace EsxAgent.Tests.Transcripts;

/// <summary>What a line of a transcript is.</summary>
internal enum TranscriptLineKind
{
    /// <summary>A comment or an empty line.</summary>
    Note,

    /// <summary>Says what the world is like: <c>host: 8.0</c>.</summary>
    Setting,

    /// <summary>Says what happens besides the frames: <c>--- the handshake is made</c>.</summary>
    Direction,

    /// <summary>A body that the guest sends: <c>--&gt; {…}</c>.</summary>
    Send,

    /// <summary>What the agent sends next: <c>&lt;-- {…}</c>.</summary>
    Receive,
}
