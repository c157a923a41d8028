using System;
using System.Management.Automation;
using EsxAgent.Client;

namespace EsxAgent.Abstractions;

/// <summary>
/// Lets a size be a text with a unit, as in a CSV file: <c>"10GB"</c>, <c>"10 GB"</c>, <c>"10GiB"</c>, <c>"1.5tb"</c>. Numbers go their own way.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class SizeTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object data = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return data is not string text ? data
            : DiskSize.TryParse(text, out long bytes) ? bytes
            : throw new ArgumentTransformationMetadataException(
                $"'{text}' is no size. A size is a number of bytes, or a number with one of the units KB, MB, GB, TB and PB, such as 10GB or \"1.5 TB\".");
    }
}
