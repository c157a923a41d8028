using System;

namespace EsxAgent.HostAgent.Tools;

/// <summary>How long a tool is waited for: until it has ended, or from one sign of life to the next.</summary>
/// <param name="allowed">The time.</param>
/// <param name="isRenewed">True where each output begins it anew.</param>
internal sealed class ToolPatience(TimeSpan allowed, bool isRenewed)
{
    /// <summary>When it ends, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long Deadline { get; private set; } = Environment.TickCount64 + (long)allowed.TotalMilliseconds;

    /// <summary>What a tool did at which it ended, for a sentence.</summary>
    public string Broken => $"{(isRenewed ? "did not get any further for" : "did not end within")} {Words(allowed)}";

    /// <summary>The tool gave a sign of life.</summary>
    public void Heard()
    {
        if (isRenewed)
        {
            Deadline = Environment.TickCount64 + (long)allowed.TotalMilliseconds;
        }
    }

    private static string Words(TimeSpan time) => time.Milliseconds == 0 ? $"{(long)time.TotalSeconds} s" : $"{(long)time.TotalMilliseconds} ms";
}
