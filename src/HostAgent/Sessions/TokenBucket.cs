using System;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// Lets so much pass at a steady rate, and a burst at once after a quiet time. It remembers one number: until when the tokens that were taken would have been spent
/// at the steady rate. Not safe for several threads.
/// </summary>
internal struct TokenBucket
{
    /// <summary>When the bucket is full again, in ticks of the caller's clock.</summary>
    private long _fullAt;

    /// <summary>Takes a token.</summary>
    /// <param name="now">The time, in ticks; 0 or more.</param>
    /// <param name="interval">Ticks in which one token comes back.</param>
    /// <param name="burst">Tokens of a full bucket; 1 or more.</param>
    /// <returns>0, or the ticks after which there will be one, and none was taken.</returns>
    public long TryTake(long now, long interval, int burst)
    {
        long spent = Math.Max(_fullAt - now, 0);
        long wait = spent - ((burst - 1) * interval);
        if (wait > 0)
        {
            return wait;
        }

        _fullAt = now + spent + interval;
        return 0;
    }

    /// <summary>True where nothing needs to be remembered: a new bucket would do the same.</summary>
    public readonly bool IsFull(long now) => _fullAt <= now;
}
