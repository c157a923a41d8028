namespace EsxAgent.Simulator.Faults;

/// <summary>What a fault does. The names in <c>faults.json</c> are these, beginning with a small letter.</summary>
internal enum FaultKind
{
    /// <summary>Nothing is done; an error line is printed and the status is not zero.</summary>
    Fail,

    /// <summary>The process dies by a signal after a part of its output.</summary>
    DieBySignal,

    /// <summary>The process stands still with its pipes open.</summary>
    Hang,

    /// <summary>Bytes that are no text are printed in place of the answer.</summary>
    Garbage,

    /// <summary>Far too much is printed in place of the answer.</summary>
    Flood,

    /// <summary>The answer comes late, and piece by piece.</summary>
    Slow,

    /// <summary>A part of a file is left where the whole one was asked for, and the call fails.</summary>
    PartialFile,

    /// <summary>Success is reported and nothing is done.</summary>
    SuccessWithoutEffect,
}
