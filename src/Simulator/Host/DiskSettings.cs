using System.Text.Json;

namespace EsxAgent.Simulator.Host;

/// <summary>How the tools treat disks: the member <c>disks</c> of <c>host.json</c>, where every member may be left out.</summary>
internal sealed record DiskSettings
{
    /// <summary>How many bytes of a disk are zeroed in a second; 0: no time is spent.</summary>
    public long ZeroBytesPerSecond { get; init; }

    /// <summary>How many bytes of a disk, holes included, are cloned in a second; 0: as fast as this machine can.</summary>
    public long CloneBytesPerSecond { get; init; }

    /// <summary>
    /// Whether each entry of <c>ddb.sidecars</c> ends in a semicolon (<c>terminated</c>), instead of one between two entries (<c>separated</c>).
    /// Which of them a real host writes is not known; both are read.
    /// </summary>
    public bool TerminatedSidecars { get; init; }

    /// <summary>Reads the object.</summary>
    /// <exception cref="SimulatorException">A member is of the wrong kind.</exception>
    public static DiskSettings Read(JsonMembers json) => new()
    {
        ZeroBytesPerSecond = json.Has("zeroBytesPerSecond") ? json.Number("zeroBytesPerSecond") : 0,
        CloneBytesPerSecond = json.Has("cloneBytesPerSecond") ? json.Number("cloneBytesPerSecond") : 0,
        TerminatedSidecars = json.Has("sidecarEntries") && json.Text("sidecarEntries") switch
        {
            "separated" => false,
            "terminated" => true,
            var other => throw SimulatorException.BrokenHost($"host.json: sidecarEntries '{other}' is neither separated nor terminated"),
        },
    };

    /// <summary>Writes the object with its name.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("disks");
        json.WriteNumber("zeroBytesPerSecond", ZeroBytesPerSecond);
        json.WriteNumber("cloneBytesPerSecond", CloneBytesPerSecond);
        json.WriteString("sidecarEntries", TerminatedSidecars ? "terminated" : "separated");
        json.WriteEndObject();
    }
}
