using System;

namespace EsxAgent.Client;

/// <summary>How long pings took, one after the other.</summary>
/// <param name="Count">Pings that were measured.</param>
/// <param name="PayloadBytes">Bytes that each carried to the host.</param>
/// <param name="Minimum">The fastest.</param>
/// <param name="Median">Half of them were as fast as this.</param>
/// <param name="P95">95 of 100 were as fast as this (nearest rank).</param>
/// <param name="P99">99 of 100 were as fast as this (nearest rank).</param>
/// <param name="Maximum">The slowest.</param>
/// <param name="RequestsPerSecond">Pings divided by the time that they took together; pauses that the agent asked for are not counted.</param>
public sealed record LatencyResult(
    int Count,
    int PayloadBytes,
    TimeSpan Minimum,
    TimeSpan Median,
    TimeSpan P95,
    TimeSpan P99,
    TimeSpan Maximum,
    double RequestsPerSecond);
