using System;
using System.Diagnostics;
using System.Threading;

namespace EsxAgent.Tests.Agent;

/// <summary>Waits for what another process does in its own time.</summary>
internal static class Eventually
{
    /// <summary>Long enough for a machine that is busy with other tests, short enough to end a test that will never pass.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Looks again and again until something holds.</summary>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="condition">Whether it holds now.</param>
    /// <param name="within">How long to wait; <see cref="Patience"/> where nothing is given.</param>
    public static void Holds(string what, Func<bool> condition, TimeSpan? within = null)
    {
        const int LookMs = 10;
        TimeSpan patience = within ?? Patience;
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                throw new TimeoutException($"Did not happen within {patience.TotalSeconds} s: {what}.");
            }

            Thread.Sleep(LookMs);
        }
    }
}
