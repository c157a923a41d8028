namespace EsxAgent.HostAgent.Sessions;

/// <summary>The VM at the other end of a connection, as the host sees it.</summary>
internal sealed record Caller
{
    /// <summary>True where the hypervisor named it, false where the endpoint's configuration did.</summary>
    public required bool IsFromHypervisor { get; init; }

    /// <summary>Cartel id: names the VM's process on the host as long as it runs.</summary>
    public required long CartelId { get; init; }

    /// <summary>Leader of its group of worlds.</summary>
    public required long WorldGroupLeader { get; init; }

    /// <summary>Display name: opaque, may hold anything, never a key.</summary>
    public required string Name { get; init; }

    /// <summary>BIOS uuid; two VMs may share one after a copy.</summary>
    public required string BiosUuid { get; init; }

    /// <summary>Uuid that vCenter gave; null without vCenter.</summary>
    public required string? InstanceUuid { get; init; }

    /// <summary>Path of the .vmx file.</summary>
    public required string ConfigPath { get; init; }

    /// <summary>Context id of its vSocket; null on a Unix socket.</summary>
    public uint? ContextId { get; init; }

    /// <summary>Label or uuid of the datastore where the .vmx lies; null where the path names none.</summary>
    public string? Datastore
    {
        get
        {
            const string Prefix = "/vmfs/volumes/";
            if (!ConfigPath.StartsWith(Prefix, System.StringComparison.Ordinal))
            {
                return null;
            }

            int end = ConfigPath.IndexOf('/', Prefix.Length);
            return end <= Prefix.Length ? null : ConfigPath[Prefix.Length..end];
        }
    }
}
