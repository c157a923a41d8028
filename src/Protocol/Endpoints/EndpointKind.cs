namespace EsxAgent.Protocol.Endpoints;

/// <summary>What an endpoint is made of.</summary>
public enum EndpointKind
{
    /// <summary>A vSocket between a VM and its host.</summary>
    VSock,

    /// <summary>A Unix socket, for development and tests.</summary>
    Unix,
}
