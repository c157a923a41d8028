using System;
using System.Collections.Generic;

namespace EsxAgent.Tests.Fuzz;

/// <summary>Something that reads what others wrote. A target throws where one of its promises is broken.</summary>
internal static class FuzzTarget
{
    /// <summary>The targets by name; each has a folder of that name in the corpus.</summary>
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["vsi"] = VsiTarget.Read,
        ["frames"] = FrameTarget.Read,
        ["params"] = ParamsTarget.Read,
        ["policy"] = PolicyTarget.Read,
        ["descriptor"] = DescriptorTarget.Read,
        ["metadata"] = MetadataTarget.Read,
        ["esxcli"] = EsxcliTarget.Read,
    };

    /// <summary>Throws where a promise is broken.</summary>
    public static void Holds(bool promise, string what)
    {
        if (!promise)
        {
            throw new BrokenPromiseException(what);
        }
    }
}

/// <summary>A promise of the code under test was broken.</summary>
internal sealed class BrokenPromiseException(string what) : Exception(what);
