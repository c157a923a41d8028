using System;

namespace EsxAgent;

/// <summary>The wire counts seconds, PowerShell has durations.</summary>
internal static class Seconds
{
    private const long Most = long.MaxValue / TimeSpan.TicksPerSecond;

    /// <summary>Null for what is not known, and for a number that no clock can have counted.</summary>
    public static TimeSpan? Of(long? seconds) =>
        seconds is >= -Most and <= Most ? TimeSpan.FromTicks(seconds.Value * TimeSpan.TicksPerSecond) : null;
}
