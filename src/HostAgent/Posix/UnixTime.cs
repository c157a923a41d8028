using System;

namespace EsxAgent.HostAgent.Posix;

/// <summary>Times as files keep them: since the beginning of 1970, UTC. <see cref="DateTimeOffset"/> would link the library's time zones in.</summary>
internal static class UnixTime
{
    /// <summary>Now, in milliseconds.</summary>
    public static long NowMs => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    /// <summary>Now, in seconds.</summary>
    public static long NowSeconds => NowMs / 1_000;

    /// <summary>The time of a number of milliseconds; the first one there is where the number cannot be one.</summary>
    public static DateTime FromMs(long milliseconds)
    {
        const long Latest = 253_402_300_799_999;
        return DateTime.UnixEpoch.AddTicks(milliseconds is >= 0 and <= Latest ? milliseconds * TimeSpan.TicksPerMillisecond : 0);
    }
}
