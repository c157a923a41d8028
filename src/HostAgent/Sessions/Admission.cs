using System.Collections.Generic;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>Counts what each VM holds at the moment and says no when it is enough. A VM is known by its cartel id while it runs.</summary>
internal sealed class Admission
{
    /// <summary>
    /// A place is given back just after the answer went out, and a guest that keeps exactly to the announced limit may be faster with its next request than that.
    /// </summary>
    private const int Headroom = 16;

    private readonly Dictionary<long, Share> _shares = [];

    private sealed class Share
    {
        public int Connections;
        public int Running;
    }

    /// <summary>Takes a place for a connection of a VM.</summary>
    /// <exception cref="OperationException"><c>TooBusy</c>.</exception>
    public void EnterConnection(long cartelId)
    {
        lock (_shares)
        {
            Share share = Of(cartelId);
            if (share.Connections >= SessionLimitsInForce.ConnectionsOfVm)
            {
                throw TooMany($"This VM has {SessionLimitsInForce.ConnectionsOfVm} connections already.", "Close sessions that are not needed (Disconnect-EsxAgent).");
            }

            share.Connections++;
        }
    }

    /// <summary>Gives the place of a connection back.</summary>
    public void LeaveConnection(long cartelId)
    {
        lock (_shares)
        {
            Of(cartelId).Connections--;
            Forget(cartelId);
        }
    }

    /// <summary>Takes a place for a request that will run on a worker.</summary>
    /// <exception cref="OperationException"><c>TooBusy</c>.</exception>
    public void EnterRequest(long cartelId)
    {
        lock (_shares)
        {
            Share share = Of(cartelId);
            if (share.Running >= SessionLimitsInForce.RunningOfVm + Headroom)
            {
                throw TooMany($"This VM has {SessionLimitsInForce.RunningOfVm} requests running already.", "Wait for some of them to end.");
            }

            share.Running++;
        }
    }

    /// <summary>Gives the place of a request back.</summary>
    public void LeaveRequest(long cartelId)
    {
        lock (_shares)
        {
            Of(cartelId).Running--;
            Forget(cartelId);
        }
    }

    private Share Of(long cartelId)
    {
        if (!_shares.TryGetValue(cartelId, out Share? share))
        {
            _shares[cartelId] = share = new Share();
        }

        return share;
    }

    private void Forget(long cartelId)
    {
        Share share = _shares[cartelId];
        if (share is { Connections: 0, Running: 0 })
        {
            _shares.Remove(cartelId);
        }
    }

    private static OperationException TooMany(string message, string action) =>
        new(new WireError(ErrorKind.TooBusy, message) { RecommendedAction = action, RetryAfterMs = 1_000 });
}
