using System;
using System.Management.Automation;

namespace EsxAgent.Abstractions;

/// <summary>Limits of a duration.</summary>
/// <param name="leastSeconds">The shortest, in seconds.</param>
/// <param name="mostSeconds">The longest, in seconds.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class DurationRangeAttribute(double leastSeconds, double mostSeconds) : ValidateArgumentsAttribute
{
    /// <summary>The shortest, in seconds.</summary>
    public double LeastSeconds => leastSeconds;

    /// <summary>The longest, in seconds.</summary>
    public double MostSeconds => mostSeconds;

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        object data = arguments is PSObject wrapped ? wrapped.BaseObject : arguments;
        if (data is TimeSpan time && (time.TotalSeconds < leastSeconds || time.TotalSeconds > mostSeconds))
        {
            throw new ValidationMetadataException(FormattableString.Invariant(
                $"The duration {time.TotalSeconds:0.###} s is not within the limits: give one from {leastSeconds} s to {mostSeconds} s."));
        }
    }
}
