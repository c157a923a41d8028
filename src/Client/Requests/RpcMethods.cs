using System.Globalization;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>Every method that this client knows.</summary>
public static class RpcMethods
{
    /// <summary>No effect; keeps the connection open and measures the round trip.</summary>
    public static readonly RpcMethod<PingParams, NoResult> Ping = new(Methods.Ping, ProtocolJson.Default.PingParams, ClientJson.Default.NoResult);

    /// <summary>The session ends in order.</summary>
    public static readonly RpcMethod<RequestParams, NoResult> Shutdown = new(Methods.Shutdown, ProtocolJson.Default.RequestParams, ClientJson.Default.NoResult);

    /// <summary>State of the agent.</summary>
    public static readonly RpcMethod<RequestParams, AgentStatus> AgentStatus =
        new(Methods.AgentStatus, ProtocolJson.Default.RequestParams, ProtocolJson.Default.AgentStatus);

    /// <summary>Counters and latencies as OpenMetrics text.</summary>
    public static readonly RpcMethod<RequestParams, AgentMetrics> AgentMetrics =
        new(Methods.AgentMetrics, ProtocolJson.Default.RequestParams, ProtocolJson.Default.AgentMetrics);

    /// <summary>Facts about the host.</summary>
    public static readonly RpcMethod<HostInfoParams, HostInfo> HostInfo = new(Methods.HostInfo, ProtocolJson.Default.HostInfoParams, ProtocolJson.Default.HostInfo);

    /// <summary>The host's datastores.</summary>
    public static readonly ListMethod<ListParams, Datastore> HostDatastores =
        new(Methods.HostDatastores, ProtocolJson.Default.ListParams, ProtocolJson.Default.ListResultDatastore) { KeyOf = static datastore => datastore.Uuid };

    /// <summary>The calling VM.</summary>
    public static readonly RpcMethod<RequestParams, VirtualMachine> VmSelf =
        new(Methods.VmSelf, ProtocolJson.Default.RequestParams, ProtocolJson.Default.VirtualMachine);

    /// <summary>The running VMs.</summary>
    public static readonly ListMethod<ListParams, VirtualMachine> VmList =
        new(Methods.VmList, ProtocolJson.Default.ListParams, ProtocolJson.Default.ListResultVirtualMachine)
        {
            KeyOf = static machine => machine.CartelId?.ToString(CultureInfo.InvariantCulture),
        };

    /// <summary>A leaf of the vsish tree.</summary>
    public static readonly RpcMethod<VsiGetParams, VsiLeaf> VsiGet = new(Methods.VsiGet, ProtocolJson.Default.VsiGetParams, ProtocolJson.Default.VsiLeaf);

    /// <summary>Children of a directory of the vsish tree.</summary>
    public static readonly ListMethod<VsiListParams, VsiChild> VsiList =
        new(Methods.VsiList, ProtocolJson.Default.VsiListParams, ProtocolJson.Default.ListResultVsiChild) { KeyOf = static child => child.Name };

    /// <summary>A node of the vsish tree and all below it.</summary>
    public static readonly ListMethod<VsiWalkParams, VsiTreeNode> VsiWalk =
        new(Methods.VsiWalk, ProtocolJson.Default.VsiWalkParams, ProtocolJson.Default.ListResultVsiTreeNode) { KeyOf = static node => node.Path };

    /// <summary>
    /// What leaves of the vsish tree hold from time to time. It never ends by itself and is asked through <see cref="AgentSession.WatchVsiAsync"/>.
    /// </summary>
    internal static readonly RpcMethod<VsiWatchParams, ListResult<VsiSample>> VsiWatch =
        new(Methods.VsiWatch, ProtocolJson.Default.VsiWatchParams, ProtocolJson.Default.ListResultVsiSample);
}
