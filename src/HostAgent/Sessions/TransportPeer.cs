namespace EsxAgent.HostAgent.Sessions;

/// <summary>What the transport itself knows of the other end.</summary>
/// <param name="IsFromHypervisor">True where the cartel id came from the hypervisor.</param>
/// <param name="CartelId">Cartel id of the VM; null where neither the hypervisor nor the endpoint named one.</param>
/// <param name="ContextId">Context id of the vSocket; null on a Unix socket.</param>
/// <param name="Refusal">Why this peer must not be served, whoever it is; null where it may be.</param>
internal sealed record TransportPeer(bool IsFromHypervisor, long? CartelId, uint? ContextId, string? Refusal);
