using System;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>Tells hosts apart.</summary>
internal static class HostIdentity
{
    /// <summary>A host that said nothing about itself.</summary>
    public static readonly HostSummary Unknown = new(null, null, null, null, null);

    /// <summary>
    /// True where two handshakes are known to be with the same host: by uuid, or by name where one of them could not tell its uuid. What cannot be known
    /// counts as another host, because changes go on only where it is the same.
    /// </summary>
    public static bool IsSame(HostSummary one, HostSummary other) =>
        !string.IsNullOrEmpty(one.Uuid) && !string.IsNullOrEmpty(other.Uuid)
            ? one.Uuid.Equals(other.Uuid, StringComparison.OrdinalIgnoreCase)
            : !string.IsNullOrEmpty(one.HostName) && one.HostName.Equals(other.HostName, StringComparison.OrdinalIgnoreCase);
}
