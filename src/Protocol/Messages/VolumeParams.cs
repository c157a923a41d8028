using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace EsxAgent.Protocol.Messages;

/// <summary>Parameters of what concerns one volume.</summary>
public record VolumeParams : RequestParams
{
    /// <summary>Name of the volume.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>Name or uuid of its datastore; absent: the caller's own, where its .vmx lies.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Datastore { get; init; }
}

/// <summary>Parameters of a change of one volume.</summary>
public record VolumeChangeParams : VolumeParams
{
    /// <summary>Names this change for good: asked again with it, the agent gives the first answer or joins what still runs. A uuid.</summary>
    public string? OperationId { get; init; }

    /// <summary>
    /// True to cancel the change of this id, from whatever connection it was asked for, and to learn how it ended: one that is done is answered as it was, one that
    /// runs is cancelled, one that has not begun is not begun; both are <c>RequestCancelled</c> then.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Cancel { get; init; }

    /// <summary>With it, progress arrives as <c>$/progress</c> under this token.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WorkDoneToken { get; init; }
}

/// <summary>Parameters of <c>volume/create</c>.</summary>
public sealed record VolumeCreateParams : VolumeChangeParams
{
    /// <summary>Size in bytes, a multiple of 512.</summary>
    public long SizeBytes { get; init; }

    /// <summary>See <see cref="VolumeFormat"/>; absent: thin.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Format { get; init; }

    /// <summary>See <see cref="VolumeAccess"/>; absent: readWrite.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Access { get; init; }

    /// <summary>See <see cref="VolumePersistence"/>; absent: independentPersistent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Persistence { get; init; }

    /// <summary>Labels, 4 KiB of JSON at most.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>Parameters of <c>volume/copy</c>; name and datastore are the copy's.</summary>
public sealed record VolumeCopyParams : VolumeChangeParams
{
    /// <summary>What is copied.</summary>
    public VolumeSource? Source { get; init; }

    /// <summary>See <see cref="VolumeFormat"/>; absent: the source's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Format { get; init; }
}

/// <summary>The source of a copy.</summary>
/// <param name="Name">Name of the volume.</param>
/// <param name="Datastore">Name or uuid of its datastore; null: the caller's own.</param>
public sealed record VolumeSource(string Name, string? Datastore);

/// <summary>Parameters of <c>volume/list</c>.</summary>
public sealed record VolumeListParams : ListParams
{
    /// <summary>Name or uuid of a datastore, or a pattern with <c>*</c> and <c>?</c>; absent: the caller's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Datastore { get; init; }

    /// <summary>Pattern for names with <c>*</c> and <c>?</c>, without regard to case; absent: all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NamePattern { get; init; }
}

/// <summary>Parameters of <c>volume/update</c>; what is absent stays as it is.</summary>
public sealed record VolumeUpdateParams : VolumeChangeParams
{
    /// <summary>See <see cref="VolumeAccess"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Access { get; init; }

    /// <summary>See <see cref="VolumePersistence"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Persistence { get; init; }

    /// <summary>All labels from now on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>Parameters of <c>volume/resize</c>.</summary>
public sealed record VolumeResizeParams : VolumeChangeParams
{
    /// <summary>New size in bytes, a multiple of 512; not less than now.</summary>
    public long SizeBytes { get; init; }
}

/// <summary>Parameters of <c>volume/convert</c>.</summary>
public sealed record VolumeConvertParams : VolumeChangeParams
{
    /// <summary><c>eagerZeroedThick</c>: inflate; <c>thin</c>: give back blocks that hold only zeros.</summary>
    public string? To { get; init; }
}

/// <summary>Parameters of <c>volume/remove</c>.</summary>
public sealed record VolumeRemoveParams : VolumeChangeParams
{
    /// <summary>
    /// True to remove also one that has delta disks or holds files that are not its own, and a file or link in the place of a volume. Never one that is attached. One
    /// that is damaged needs no force.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Force { get; init; }
}

/// <summary>Parameters of <c>volume/repair</c>.</summary>
public sealed record VolumeRepairParams : VolumeChangeParams
{
    /// <summary>Actions as <c>volume/check</c> names them; nothing else is done.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];
}

/// <summary>Parameters of <c>$/progress</c> when it tells how far work has come.</summary>
/// <param name="Token">The request's <c>workDoneToken</c>.</param>
/// <param name="Value">How far.</param>
public sealed record WorkDone(string Token, WorkDoneValue Value);

/// <summary>How far work has come, in the form of the Language Server Protocol.</summary>
public sealed record WorkDoneValue
{
    /// <summary><c>begin</c>, <c>report</c> or <c>end</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>What is being done, at the beginning.</summary>
    public string? Title { get; init; }

    /// <summary>0 to 100; null where that is not known.</summary>
    public int? Percentage { get; init; }

    /// <summary>A few words.</summary>
    public string? Message { get; init; }
}
