using System;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>After a reconnect another host answered: the VM was moved.</summary>
/// <param name="oldHost">The host of the handshake before.</param>
/// <param name="newHost">The host of the newest handshake.</param>
public sealed class HostChangedEventArgs(HostSummary oldHost, HostSummary newHost) : EventArgs
{
    /// <summary>The host of the handshake before.</summary>
    public HostSummary OldHost { get; } = oldHost;

    /// <summary>The host of the newest handshake.</summary>
    public HostSummary NewHost { get; } = newHost;
}
