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
}
