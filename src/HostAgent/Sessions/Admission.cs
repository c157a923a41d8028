using System.Collections.Generic;
using System.Diagnostics;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// Counts what each VM holds at the moment and how much it asks, and says no when it is enough. A VM is known by its cartel id while it runs; what it has spent
/// of its rates stays remembered when its last connection ends.
/// </summary>
internal sealed class Admission
{
    /// <summary>The VM of a peer whose cartel neither the hypervisor nor the endpoint names: all such count as one.</summary>
    public const long Unnamed = -1;

    /// <summary>
    /// A place is given back just after the answer went out, and a guest that keeps exactly to the announced limit may be faster with its next request than that.
    /// </summary>
    private const int Headroom = 16;

    /// <summary>Shares beyond which those are looked for that are not needed any more.</summary>
    private const int ManyShares = 64;

    private readonly Dictionary<long, Share> _shares = [];
    private int _lookAt = ManyShares;

    private sealed class Share
    {
        public int Silent;
        public int Connections;
        public int Running;
        public TokenBucket Requests;
        public TokenBucket Changes;

        public bool IsIdle(long now) => Silent + Connections + Running == 0 && Requests.IsFull(now) && Changes.IsFull(now);
    }

    /// <summary>Takes a place for a connection that was accepted and has not said yet who it is. So many are allowed as a VM may have afterwards.</summary>
    /// <returns>False where the VM has too many of them.</returns>
    public bool TryEnterSilent(long vm)
    {
        lock (_shares)
        {
            Share share = Of(vm);
            if (share.Silent >= SessionLimitsInForce.ConnectionsOfVm)
            {
                return false;
            }

            share.Silent++;
            return true;
        }
    }

    /// <summary>Gives that place back: it said who it is, or ended.</summary>
    public void LeaveSilent(long vm)
    {
        lock (_shares)
        {
            Of(vm).Silent--;
        }
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
        }
    }

    /// <summary>Takes a place for a request that does not end at once.</summary>
    /// <exception cref="OperationException"><c>TooBusy</c>.</exception>
    public void EnterRequest(long vm)
    {
        lock (_shares)
        {
            Share share = Of(vm);
            if (share.Running >= SessionLimitsInForce.RunningOfVm + Headroom)
            {
                throw TooMany($"This VM has {SessionLimitsInForce.RunningOfVm} requests running already.", "Wait for some of them to end.");
            }

            share.Running++;
        }
    }

    /// <summary>Gives the place of a request back.</summary>
    public void LeaveRequest(long vm)
    {
        lock (_shares)
        {
            Of(vm).Running--;
        }
    }

    /// <summary>Counts a message of a VM against its rate.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="perSecond">How many it may send; as many at once after a quiet second.</param>
    /// <param name="now">The time, as <see cref="Stopwatch.GetTimestamp"/> has it.</param>
    /// <returns>Milliseconds until it may send the next; 0 where this one was in time.</returns>
    public int CountMessage(long vm, int perSecond, long now)
    {
        lock (_shares)
        {
            return Milliseconds(Of(vm).Requests.TryTake(now, Stopwatch.Frequency / perSecond, perSecond));
        }
    }

    /// <summary>Counts a change of a VM against its rate.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="perMinute">How many it may ask for; as many at once after a quiet minute.</param>
    /// <param name="now">The time, as <see cref="Stopwatch.GetTimestamp"/> has it.</param>
    /// <exception cref="OperationException"><c>TooBusy</c>.</exception>
    public void CountChange(long vm, int perMinute, long now)
    {
        int wait;
        lock (_shares)
        {
            wait = Milliseconds(Of(vm).Changes.TryTake(now, 60 * Stopwatch.Frequency / perMinute, perMinute));
        }

        if (wait > 0)
        {
            throw TooFast($"This VM may ask for {perMinute} changes a minute.", wait);
        }
    }

    /// <summary>The error of what came faster than it may.</summary>
    public static OperationException TooFast(string message, int waitMs) => new(new WireError(ErrorKind.TooBusy, message)
    {
        RecommendedAction = "Wait, or ask the administrator of the host for more ('rates' of the group in the policy of esxagent).",
        RetryAfterMs = waitMs,
    });

    /// <summary>Rounded up: who waits so long must not come too early.</summary>
    private static int Milliseconds(long ticks)
    {
        long perMs = Stopwatch.Frequency / 1_000;
        return (int)((ticks + perMs - 1) / perMs);
    }

    private Share Of(long vm)
    {
        if (!_shares.TryGetValue(vm, out Share? share))
        {
            if (_shares.Count >= _lookAt)
            {
                ForgetIdle();
            }

            _shares[vm] = share = new Share();
        }

        return share;
    }

    private void ForgetIdle()
    {
        long now = Stopwatch.GetTimestamp();
        foreach (KeyValuePair<long, Share> share in _shares)
        {
            if (share.Value.IsIdle(now))
            {
                _shares.Remove(share.Key);
            }
        }

        _lookAt = ManyShares + (2 * _shares.Count);
    }

    private static OperationException TooMany(string message, string action) =>
        new(new WireError(ErrorKind.TooBusy, message) { RecommendedAction = action, RetryAfterMs = 1_000 });
}
