using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <content>The agent's methods by name.</content>
public sealed partial class AgentSession
{
    /// <summary>Asks for nothing: tells that the agent is there, and measures the round trip.</summary>
    /// <param name="payloadBytes">Bytes to carry to the host, 0 or more, within the agent's limit for a request.</param>
    /// <param name="timeout">Time to wait; null: the session's <see cref="SessionOptions.RequestTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="AgentException">The agent answered an error, or nothing in time.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    public Task PingAsync(int payloadBytes = 0, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        PingParams parameters = payloadBytes == 0 ? EmptyPing : new PingParams { Payload = new string('x', payloadBytes) };
        return SendAsync(RpcMethods.Ping, parameters, timeout is null ? null : new RequestOptions { Timeout = timeout }, cancellationToken);
    }

    /// <summary>State of the agent: version, policy, capabilities with the reason for each missing one, counters.</summary>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="AgentException">The agent answered an error, or nothing in time.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    public Task<AgentStatus> GetStatusAsync(CancellationToken cancellationToken = default) =>
        SendAsync(RpcMethods.AgentStatus, NoParams, null, cancellationToken);

    /// <summary>Counters and latencies of the agent as OpenMetrics text.</summary>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="AgentException">The agent answered an error, or nothing in time.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    public Task<AgentMetrics> GetMetricsAsync(CancellationToken cancellationToken = default) =>
        SendAsync(RpcMethods.AgentMetrics, NoParams, null, cancellationToken);

    /// <summary>Facts about the host under this VM.</summary>
    /// <param name="refresh">True to have the agent ask its tools again for what it otherwise keeps.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="AgentException">The agent answered an error, or nothing in time.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    public Task<HostInfo> GetHostInfoAsync(bool refresh = false, CancellationToken cancellationToken = default) =>
        SendAsync(RpcMethods.HostInfo, refresh ? FreshHostInfo : KnownHostInfo, null, cancellationToken);

    /// <summary>The host's datastores, as they are found.</summary>
    /// <param name="cancellationToken">Ends the listing at once.</param>
    /// <exception cref="AgentException">The agent answered an error, or nothing in time.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    public IAsyncEnumerable<Datastore> GetDatastoresAsync(CancellationToken cancellationToken = default) =>
        StreamAsync(RpcMethods.HostDatastores, AllItems, null, cancellationToken);

    /// <summary>This VM as the host knows it, and what the policy allows it.</summary>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="AgentException">The agent answered an error, or nothing in time.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    public Task<VirtualMachine> GetVirtualMachineAsync(CancellationToken cancellationToken = default) =>
        SendAsync(RpcMethods.VmSelf, NoParams, null, cancellationToken);

    /// <summary>The running VMs of the host, as they are found. It needs a right that no VM has without the policy.</summary>
    /// <param name="cancellationToken">Ends the listing at once.</param>
    /// <exception cref="AgentException">The agent answered an error (<c>AccessDenied</c>), or nothing in time.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    public IAsyncEnumerable<VirtualMachine> ListVirtualMachinesAsync(CancellationToken cancellationToken = default) =>
        StreamAsync(RpcMethods.VmList, AllItems, null, cancellationToken);

    private static readonly RequestParams NoParams = new();
    private static readonly PingParams EmptyPing = new();
    private static readonly HostInfoParams KnownHostInfo = new();
    private static readonly HostInfoParams FreshHostInfo = new() { Refresh = true };
    private static readonly ListParams AllItems = new();
}
