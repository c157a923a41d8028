using System.Text.Json.Serialization;

namespace EsxAgent.Protocol.Messages;

/// <summary>Parameters of <c>sidecar/list</c>.</summary>
public sealed record SidecarListParams : ListParams
{
    /// <summary>Name of a volume; absent with <see cref="VmdkPath"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>Name or uuid of its datastore; absent: the caller's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Datastore { get; init; }

    /// <summary>
    /// In place of both, for any other disk whose directory the policy opens: path of a descriptor on the host, <c>/vmfs/volumes/&lt;datastore>/…/&lt;disk>.vmdk</c>. The
    /// delta disk of a snapshot has sidecars of its own.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VmdkPath { get; init; }

    /// <summary>True to ask the host's own tool too, which takes a process; see <see cref="Sidecar.Confirmed"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Confirm { get; init; }
}

/// <summary>Parameters of <c>sidecar/read</c>.</summary>
public sealed record SidecarReadParams : RequestParams
{
    /// <summary>Name of a volume; absent with <see cref="VmdkPath"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>Name or uuid of its datastore; absent: the caller's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Datastore { get; init; }

    /// <summary>
    /// In place of both, for any other disk whose directory the policy opens: path of a descriptor on the host, <c>/vmfs/volumes/&lt;datastore>/…/&lt;disk>.vmdk</c>. The
    /// delta disk of a snapshot has sidecars of its own.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VmdkPath { get; init; }

    /// <summary>Key of the sidecar.</summary>
    public string? Key { get; init; }

    /// <summary>Where to begin, in bytes.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes, at most 128 KiB in one answer.</summary>
    public int Length { get; init; }
}

/// <summary>Parameters of <c>sidecar/compare</c>: with a pattern and a length, or with a text.</summary>
public sealed record SidecarCompareParams : RequestParams
{
    /// <summary>Name of a volume; absent with <see cref="VmdkPath"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>Name or uuid of its datastore; absent: the caller's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Datastore { get; init; }

    /// <summary>
    /// In place of both, for any other disk whose directory the policy opens: path of a descriptor on the host, <c>/vmfs/volumes/&lt;datastore>/…/&lt;disk>.vmdk</c>. The
    /// delta disk of a snapshot has sidecars of its own.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VmdkPath { get; init; }

    /// <summary>Key of the sidecar.</summary>
    public string? Key { get; init; }

    /// <summary>Where to begin, in bytes.</summary>
    public long Offset { get; init; }

    /// <summary>Value of every byte, 0 to 255.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Pattern { get; init; }

    /// <summary>How many bytes have that value.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Length { get; init; }

    /// <summary>A text, compared as UTF-8.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }
}

/// <summary>Parameters of a change of a disk's sidecars; alone, those of <c>sidecar/clear</c> and <c>sidecar/updateDatabase</c>.</summary>
public record SidecarChangeParams : VolumeChangeParams
{
    /// <summary>
    /// In place of both, for any other disk whose directory the policy opens: path of a descriptor on the host, <c>/vmfs/volumes/&lt;datastore>/…/&lt;disk>.vmdk</c>. The
    /// delta disk of a snapshot has sidecars of its own.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VmdkPath { get; init; }
}

/// <summary>Parameters of a change of one sidecar; alone, those of <c>sidecar/remove</c>.</summary>
public record SidecarKeyParams : SidecarChangeParams
{
    /// <summary>Key: 1 to 64 of <c>[A-Za-z0-9._-]</c>; <c>esxagent</c> is the agent's own and refused.</summary>
    public string? Key { get; init; }
}

/// <summary>Parameters of <c>sidecar/create</c>.</summary>
public sealed record SidecarCreateParams : SidecarKeyParams
{
    /// <summary>Size in bytes, from 1; rounded up to 4096.</summary>
    public long SizeBytes { get; init; }

    /// <summary><c>fail</c> or <c>open</c>: what to do where one with this key exists. Opened, it keeps size and content. Absent: fail.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IfExists { get; init; }
}

/// <summary>Parameters of <c>sidecar/resize</c>.</summary>
public sealed record SidecarResizeParams : SidecarKeyParams
{
    /// <summary>New size in bytes, rounded up to 4096. Made smaller, it loses its end.</summary>
    public long SizeBytes { get; init; }
}

/// <summary>Parameters that all writes have.</summary>
public abstract record SidecarContentParams : SidecarKeyParams
{
    /// <summary>Where to begin, in bytes.</summary>
    public long Offset { get; init; }

    /// <summary>
    /// SHA-256 in hexadecimal that the bytes to be replaced must have; with others nothing is written and the error is <c>OperationConflict</c>. Absent: whatever is there.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IfHash { get; init; }
}

/// <summary>Parameters of <c>sidecar/write</c>.</summary>
public sealed record SidecarWriteParams : SidecarContentParams
{
    /// <summary>The bytes, in base64 on the wire, at most 512 KiB of them in one request.</summary>
    [JsonPropertyName("base64")]
    public byte[]? Content { get; init; }
}

/// <summary>Parameters of <c>sidecar/writeString</c>.</summary>
public sealed record SidecarWriteStringParams : SidecarContentParams
{
    /// <summary>A text, written as UTF-8; everything behind it up to the end of the sidecar becomes zero. At most 256 KiB.</summary>
    public string? Text { get; init; }
}

/// <summary>Parameters of <c>sidecar/fill</c>.</summary>
public sealed record SidecarFillParams : SidecarContentParams
{
    /// <summary>Value of every byte, 0 to 255.</summary>
    public int Pattern { get; init; }

    /// <summary>How many bytes.</summary>
    public long Length { get; init; }
}
