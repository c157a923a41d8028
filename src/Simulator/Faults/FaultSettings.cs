namespace EsxAgent.Simulator.Faults;

/// <summary>The settings of a fault; which ones a kind takes is said at each.</summary>
internal sealed record FaultSettings
{
    /// <summary>fail, partialFile: the number at the end of the error line, put into it where the text does not hold it.</summary>
    public long? Code { get; init; }

    /// <summary>fail, partialFile: the error line; successWithoutEffect: what is printed to standard output.</summary>
    public string? Text { get; init; }

    /// <summary>fail, garbage, flood, partialFile: the exit status.</summary>
    public int? Status { get; init; }

    /// <summary>dieBySignal: the number of the signal; 9 without it.</summary>
    public int? Signal { get; init; }

    /// <summary>
    /// dieBySignal, hang: after how many bytes of output. Without it and without <see cref="AtPercent"/> dieBySignal waits for half of the work of a tool
    /// that changes files, and for half of the output of any other; hang waits for nothing.
    /// </summary>
    public long? AfterBytes { get; init; }

    /// <summary>dieBySignal, hang: once so much of the work is done, in percent; 0: before anything is.</summary>
    public int? AtPercent { get; init; }

    /// <summary>hang: for how long; without it for ever.</summary>
    public double? Seconds { get; init; }

    /// <summary>garbage, flood, partialFile: how many bytes.</summary>
    public long? Bytes { get; init; }

    /// <summary>garbage: exactly these bytes, in hexadecimal.</summary>
    public string? Hex { get; init; }

    /// <summary>slow: milliseconds before each piece of the output.</summary>
    public int? DelayMs { get; init; }

    /// <summary>slow: the size of a piece in bytes; without it the output is one piece.</summary>
    public int? ChunkBytes { get; init; }

    /// <summary>partialFile: the file; without it the last argument of the call.</summary>
    public string? Path { get; init; }
}
