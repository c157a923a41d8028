using System;
using System.Collections.Generic;
using System.Text.Json;

namespace EsxAgent.Protocol.Messages;

/// <summary>Answer to <c>volume/check</c> and <c>volume/repair</c>: what was found, and what repair would do or did.</summary>
public sealed record VolumeReport : IWireObject
{
    /// <summary><c>name@datastore</c>.</summary>
    public string? Id { get; init; }

    /// <summary>True where nothing is wrong; findings that are only worth knowing may be there.</summary>
    public bool IsHealthy { get; init; }

    /// <summary>What was found.</summary>
    public IReadOnlyList<VolumeFinding> Findings { get; init; } = Array.Empty<VolumeFinding>();

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("id"u8, Id);
        writer.WriteBoolean("isHealthy"u8, IsHealthy);
        writer.WriteArray("findings"u8, Findings);
        writer.WriteEndObject();
    }
}

/// <summary>One thing that a check found.</summary>
public sealed record VolumeFinding : IWireObject
{
    /// <summary>Stable name, for example <c>extentMissing</c>.</summary>
    public string? Kind { get; init; }

    /// <summary><c>error</c>: the volume is damaged; <c>note</c>: worth knowing.</summary>
    public string? Severity { get; init; }

    /// <summary>One sentence.</summary>
    public string? Message { get; init; }

    /// <summary>The file that it is about, in the volume's directory; null where it is about none.</summary>
    public string? FileName { get; init; }

    /// <summary>What <c>volume/repair</c> can do about it when asked by this name; null where nothing.</summary>
    public string? Action { get; init; }

    /// <summary>What that does, in one sentence.</summary>
    public string? ActionText { get; init; }

    /// <summary>True in the answer of a repair that did it.</summary>
    public bool Done { get; init; }

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("kind"u8, Kind);
        writer.WriteValue("severity"u8, Severity);
        writer.WriteValue("message"u8, Message);
        writer.WriteValue("fileName"u8, FileName);
        writer.WriteValue("action"u8, Action);
        writer.WriteValue("actionText"u8, ActionText);
        writer.WriteBoolean("done"u8, Done);
        writer.WriteEndObject();
    }
}

/// <summary>Answer to <c>volume/remove</c>.</summary>
/// <param name="Removed">False where the volume was absent already, which is success.</param>
public sealed record VolumeRemoval(bool Removed) : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("removed"u8, Removed);
        writer.WriteEndObject();
    }
}
