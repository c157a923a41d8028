using System;
using System.Globalization;
using System.Management.Automation;

namespace EsxAgent.Abstractions;

/// <summary>
/// Takes a number as seconds, as people mean it; PowerShell itself would take it as ticks of 100 ns. A <see cref="TimeSpan"/>, or the text of one, is taken as
/// it is.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class DurationTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object data = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        bool isDuration = data is TimeSpan || (data is string text && text.Contains(':', StringComparison.Ordinal));
        if (isDuration || !LanguagePrimitives.TryConvertTo(data, CultureInfo.InvariantCulture, out double seconds))
        {
            return inputData;
        }

        return double.IsFinite(seconds) && Math.Abs(seconds) <= TimeSpan.MaxValue.TotalSeconds / 2
            ? TimeSpan.FromSeconds(seconds)
            : throw new ArgumentTransformationMetadataException($"'{data}' is no time that can be waited for.");
    }
}
