using System;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;

namespace EsxAgent;

/// <summary>What a leaf of the host's vsish tree held at a time, and how far it moved since the sample before.</summary>
public sealed class EsxVsiSample
{
    internal EsxVsiSample(VsiSample sample, VsiSample? before, string? hostName)
    {
        Time = (sample.Time ?? DateTime.UtcNow).ToLocalTime();
        Path = sample.Path ?? "/";
        Value = VsiObjects.Of(sample.Value);
        Lost = sample.Lost ?? 0;
        HostName = hostName;
        VsiValue? difference = VsiDifference.Between(before?.Value, sample.Value);
        Delta = VsiObjects.Of(difference);
        double seconds = (sample.Time - before?.Time)?.TotalSeconds ?? 0;
        Rate = seconds > 0 ? VsiObjects.RateOf(difference, seconds) : null;
    }

    /// <summary>When the host looked, in this machine's time zone.</summary>
    public DateTime Time { get; }

    /// <summary>Path of the leaf.</summary>
    public string Path { get; }

    /// <summary>What it held, as the value of an <see cref="EsxVsiNode"/>.</summary>
    public object? Value { get; }

    /// <summary>
    /// How far the numbers moved since the sample before: a number, or an object with those properties that are numbers. Null for the first sample, and where
    /// nothing is an amount.
    /// </summary>
    public object? Delta { get; }

    /// <summary>The same a second, in the time between the two samples.</summary>
    public object? Rate { get; }

    /// <summary>Samples that were lost between the one before and this one, because they came faster than they were taken.</summary>
    public long Lost { get; }

    /// <summary>Name of the host that was asked.</summary>
    public string? HostName { get; }

    /// <summary>The path.</summary>
    public override string ToString() => Path;
}
