using System;
using System.Threading;
using EsxAgent.Abstractions;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;

namespace EsxAgent;

/// <summary>
/// A connection to the agent on the host. It belongs to the runspace that made it and may be used from others, several at a time.
/// What its public properties show is plain data; after <c>Export-Clixml</c> or a remote call only those are left, and no connection.
/// </summary>
public sealed class EsxAgentSession
{
    private readonly RunspaceSessions _owner;
    private string? _hostChange;

    internal EsxAgentSession(int id, string name, AgentSession live, RunspaceSessions owner, bool canBeDefault)
    {
        Id = id;
        Name = name;
        Live = live;
        CanBeDefault = canBeDefault;
        _owner = owner;
        live.HostChanged += (_, change) => Volatile.Write(
            ref _hostChange,
            $"This virtual machine was moved from the host {change.OldHost.HostName} to {change.NewHost.HostName}. "
            + $"The session '{Name}' goes on reading from the new host; nothing can be changed through it. Connect again to change something there.");
    }

    /// <summary>Number of the session in its runspace.</summary>
    public int Id { get; }

    /// <summary>Name of the session, unique among the open ones of its runspace.</summary>
    public string Name { get; }

    /// <summary>Where it is connected to.</summary>
    public string Endpoint => Live.Endpoint.ToString();

    /// <summary><c>Open</c>, <c>Reconnecting</c>, <c>Broken</c> or <c>Closed</c>.</summary>
    public string State => Live.State.ToString();

    /// <summary>True where a cmdlet without <c>-Session</c> uses this one.</summary>
    public bool IsDefault => ReferenceEquals(_owner.Default, this);

    /// <summary>Name of the host.</summary>
    public string? HostName => Host?.HostName;

    /// <summary>Product, version and build of the host, for example <c>VMware ESXi 8.0.3 build-24674464</c>.</summary>
    public string? HostVersion => Host is null ? null : $"{Host.Product} {Host.Version} build-{Host.Build}".Trim();

    /// <summary>Name of this virtual machine as the host sees it.</summary>
    public string? Peer => Live.Agent.Peer?.Name;

    /// <summary>Version of the agent.</summary>
    public string? AgentVersion => Live.Agent.AgentInfo?.Version;

    /// <summary>Version of the protocol that both sides speak.</summary>
    public int ProtocolVersion => Live.Agent.ProtocolVersion;

    /// <summary>What works on this host for this virtual machine.</summary>
    public string[] Capability => Words.Of(Live.Agent.Capabilities);

    /// <summary>When the session was connected, in this machine's time zone.</summary>
    public DateTime Connected => Live.Connected.LocalDateTime;

    /// <summary>The connection itself. Not public: no handle is to be reached from a property, and none is to be serialized.</summary>
    internal AgentSession Live { get; }

    /// <summary>False where the person asked for a session that never becomes the default.</summary>
    internal bool CanBeDefault { get; }

    /// <summary>The sessions of the runspace that made it.</summary>
    internal RunspaceSessions Owner => _owner;

    /// <summary>What the person should be told of a move to another host, once for each move; null for nothing.</summary>
    internal string? TakeHostChange() => _hostChange is null ? null : Interlocked.Exchange(ref _hostChange, null);

    private HostSummary? Host => Live.Agent.Host;

    /// <summary>The id.</summary>
    public override string ToString() => Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
