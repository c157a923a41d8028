using System;
using System.Collections;
using System.Management.Automation;

namespace EsxAgent.Abstractions;

/// <summary>
/// Makes what a person or a pipeline hands over into references: texts, objects of this module, and copies of them that were serialized or went through
/// <c>Select-Object</c>. Binding by property name would come too late: what cannot be transformed here is not looked at by PowerShell any further.
/// </summary>
/// <typeparam name="T">Reference.</typeparam>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public abstract class ReferenceTransformationAttribute<T> : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public sealed override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object data = Unwrapped(inputData);
        if (data is not IList list)
        {
            return new[] { Checked(data) };
        }

        var references = new T[list.Count];
        for (int i = 0; i < references.Length; i++)
        {
            references[i] = Checked(Unwrapped(list[i]!));
        }

        return references;
    }

    /// <summary>Makes one reference.</summary>
    /// <param name="data">A text, an object of this module, or a copy of one; null for nothing.</param>
    /// <exception cref="ArgumentException">It is none; the message says what is expected.</exception>
    private protected abstract T One(object? data);

    /// <summary>A property of a copy, where it is a text.</summary>
    private protected static string? TextOf(object data, string property)
    {
        object? value = PSObject.AsPSObject(data).Properties[property]?.Value;
        return (value is PSObject wrapped ? wrapped.BaseObject : value) as string;
    }

    /// <summary>How what was given is called in an error.</summary>
    private protected static string Describe(object? data) => data switch
    {
        null => "nothing",
        PSObject => "an object without an id",
        _ => data.GetType().Name,
    };

    private static object Unwrapped(object data) => data is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : data;

    private T Checked(object? data)
    {
        try
        {
            return One(data);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }
}
