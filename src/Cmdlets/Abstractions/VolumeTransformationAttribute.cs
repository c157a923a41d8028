using System;
using System.Collections;
using System.Management.Automation;

namespace EsxAgent.Abstractions;

/// <summary>
/// Makes what a person or a pipeline hands over into references to volumes: ids, volumes, and copies of volumes that were serialized or went through
/// <c>Select-Object</c>, reports about volumes, rows of a CSV file. Whatever it is, its id decides; an object with a name and no id is refused.
/// Binding by property name would come too late: what cannot be transformed here is not looked at by PowerShell any further.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class VolumeTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object data = Unwrapped(inputData);
        if (data is not IList list)
        {
            return new[] { One(data) };
        }

        var volumes = new VmdkVolumeReference[list.Count];
        for (int i = 0; i < volumes.Length; i++)
        {
            volumes[i] = One(Unwrapped(list[i]!));
        }

        return volumes;
    }

    private static object Unwrapped(object data) => data is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : data;

    private static VmdkVolumeReference One(object? data)
    {
        try
        {
            return data switch
            {
                VmdkVolumeReference reference => reference,
                string id => new VmdkVolumeReference(id),
                VmdkVolume volume => new VmdkVolumeReference(volume),
                null => throw Unexpected("nothing"),
                _ when IdIn(PSObject.AsPSObject(data)) is VmdkVolumeReference reference => reference,
                PSObject => throw Unexpected("an object without an id"),
                _ => throw Unexpected(data.GetType().Name),
            };
        }
        catch (ArgumentException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }

    /// <summary>An object that says which volume it is, or is about; null where it does not.</summary>
    private static VmdkVolumeReference? IdIn(PSObject data) =>
        (TextOf(data, "Id") ?? TextOf(data, "VolumeId")) is string id ? new VmdkVolumeReference(id, TextOf(data, "Path")) : null;

    private static string? TextOf(PSObject copy, string property)
    {
        object? value = copy.Properties[property]?.Value;
        return (value is PSObject wrapped ? wrapped.BaseObject : value) as string;
    }

    private static ArgumentTransformationMetadataException Unexpected(string what) =>
        new($"A volume is expected, and {what} was given. 'Get-VmdkVolume' gives volumes; their ids, 'name@datastore', are taken too.");
}
