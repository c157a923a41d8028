namespace EsxAgent.Simulator.Host;

/// <summary>The machine under the host, in the member <c>hardware</c> of <c>host.json</c>. The vsish tree says the same in its own words.</summary>
internal sealed record HardwareFacts
{
    /// <summary>The maker.</summary>
    public required string Vendor { get; init; }

    /// <summary>The product name.</summary>
    public required string Model { get; init; }

    /// <summary>The serial number; may be empty.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>The asset tag; may be empty.</summary>
    public required string AssetTag { get; init; }

    /// <summary>The uuid of the machine's firmware, with hyphens.</summary>
    public required string Uuid { get; init; }

    /// <summary>Processor packages (sockets).</summary>
    public required int CpuPackages { get; init; }

    /// <summary>Cores of all packages together.</summary>
    public required int CpuCores { get; init; }

    /// <summary>Threads of all cores together; more than the cores where hyper-threading is active.</summary>
    public required int CpuThreads { get; init; }

    /// <summary>Physical memory in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>NUMA nodes.</summary>
    public required int NumaNodes { get; init; }
}
