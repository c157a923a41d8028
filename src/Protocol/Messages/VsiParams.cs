using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace EsxAgent.Protocol.Messages;

/// <summary>Parameters of <c>vsi/get</c>.</summary>
public sealed record VsiGetParams : RequestParams
{
    /// <summary>The leaf, for example <c>/hardware/cpu/cpuInfo</c>: at most 32 names of <c>[A-Za-z0-9._:@%+-]{1,128}</c>.</summary>
    public string Path { get; init; } = "/";
}

/// <summary>Parameters of <c>vsi/list</c>.</summary>
public sealed record VsiListParams : ListParams
{
    /// <summary>The directory, <c>/</c> for the root.</summary>
    public string Path { get; init; } = "/";
}

/// <summary>
/// Parameters of <c>vsi/walk</c>. The two limits bound what one request brings; where one of them ended the walk, <c>nextCursor</c> says where to go on.
/// </summary>
public sealed record VsiWalkParams : ListParams
{
    /// <summary>Where to begin; the node itself is the first item.</summary>
    public string Path { get; init; } = "/";

    /// <summary>How far below it: 0 for the node alone, 1 with its children; absent: to the end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Depth { get; init; }

    /// <summary>True to read the leaves, false for their names alone, which takes one question a directory.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Leaves { get; init; }

    /// <summary>Items after which to stop; absent for no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? MaxNodes { get; init; }

    /// <summary>Bytes of the items' JSON text after which to stop; absent for no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? MaxBytes { get; init; }
}

/// <summary>Parameters of <c>vsi/watch</c>, which needs a <c>partialResultToken</c> and has no time limit of its own.</summary>
public sealed record VsiWatchParams : ListParams
{
    /// <summary>The leaves, 1 to 64.</summary>
    public IReadOnlyList<string> Paths { get; init; } = Array.Empty<string>();

    /// <summary>Milliseconds between two samples, 100 to 3 600 000.</summary>
    public int IntervalMs { get; init; }
}
